using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Due;
using Sandbox.Policy;

namespace Sandbox.Host.Commands;

/// <summary><c>due</c>: what waits for whom.</summary>
internal static class DueVerbs
{
    public static Command Due()
    {
        var late = new Option<bool>("--overdue") { Description = "Only what is late, or can't be counted because a calendar is missing" };
        var role = new Option<string?>("--role") { Description = "Only for this role: authority, source-department, operator, developer, third-party" };
        var organisation = new Option<string?>("--org") { Description = "Only for this organisation" };
        return Verb.Create(
            "due",
            "Show what waits for whom and until when: requests, procedures, deliveries, reviews, updates. What is late stays undecided; silence is no consent (逾期不视为同意).",
            ["due", "due --overdue --role authority", "due --org civil-affairs --json"],
            [late, role, organisation],
            context =>
            {
                Role? wanted = context.Get(role) switch
                {
                    null => null,
                    "authority" => Role.Authority,
                    "source-department" => Role.SourceDepartment,
                    "operator" => Role.Operator,
                    "developer" => Role.Developer,
                    "third-party" => Role.AppointedThirdParty,
                    _ => Role.Unknown,
                };
                if (wanted == Role.Unknown)
                {
                    return new Answer.Misused("--role is authority, source-department, operator, developer or third-party.");
                }

                using var domain = context.Open();
                // Whoever supervises nothing is told of what waits for the own organisation.
                return context.Only is { } only
                    ? DueList.Show(domain, context.Get(late), only.Role, only.Organisation, context.Sight)
                    : DueList.Show(domain, context.Get(late), wanted, context.Get(organisation));
            });
    }
}
