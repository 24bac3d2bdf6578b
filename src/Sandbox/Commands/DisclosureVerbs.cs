using System.CommandLine;
using Sandbox.Host.Disclosure;

namespace Sandbox.Host.Commands;

/// <summary><c>disclosure</c>: what everybody may know.</summary>
internal static class DisclosureVerbs
{
    public static Command Disclosure()
    {
        var year = new Option<int?>("--year") { Description = "Year of the totals (default: this one)" };
        return Verb.Create(
            "disclosure",
            "Show what is published: agreements in force, products on offer, how public data were used in a year. The service shows it at /public to everybody.",
            ["disclosure", "disclosure --year 2026 --json > published.json"],
            [year],
            context =>
            {
                using var domain = context.Open();
                return PublicDisclosure.Show(domain, context.Get(year));
            });
    }
}
