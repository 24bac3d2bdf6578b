using System.Globalization;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy.Parties;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>What some profiles ask for before anything else: a request that describes its scenario, and people whose records are on file.</summary>
internal static class Vetted
{
    /// <summary>The member <c>description</c> of a request, with everything that any profile asks for.</summary>
    public static string Description(DateOnly planUntil) =>
        $$"""{"partners":[],"scope":"the city","value":"shorter ways","plan":"plan, test, run","plan_until":"{{planUntil.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","rights":["process"]}""";

    /// <summary>Files the records that the domain's profile names; none where it names none.</summary>
    public static async Task FileRecordsAsync(OpenDomain domain, Actor bureau, string person)
    {
        foreach (var kind in domain.Profile.Parties.PersonRecords?.Value ?? [])
        {
            Assert.IsType<Answer.Done>(await FilePersonRecord.RunAsync(domain, bureau, person, kind, domain.Today.AddDays(-10), domain.Today.AddDays(300), "a paper"u8.ToArray(), default));
        }
    }
}
