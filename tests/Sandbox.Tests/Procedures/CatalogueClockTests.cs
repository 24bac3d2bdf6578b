using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Catalogues;
using Sandbox.Host.Procedures;
using Sandbox.Sandbox.Tests.Audits;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>To the day: data that are older than their entry says, an open catalogue that nobody adjusts, an entry that was sent back.</summary>
public sealed class CatalogueClockTests
{
    [Fact]
    [Requirement("YB-15-1")]
    [Requirement("YN23-13-2")]
    public void Stale_data_an_untouched_open_catalogue_and_entries_that_were_sent_back_show()
    {
        using var town = new RequestTown("yunnan-2025", new(2025, 3, 3, 9, 0, 0, TimeSpan.Zero));
        town.AddSet("roads");
        using var chen = town.Year.As("chen");
        using var zhao = town.Year.As("zhao");
        SimulatedYear.Done(KeepCatalogue.Publish(town.Year.Domain, chen, Entry));
        Assert.Equal(["roads update SourceDepartment office-of-chen 2025-04-03 running YB-15-1"], town.Due("data"));
        Assert.Equal(["open-catalogue yearly_adjustment SourceDepartment+Authority - 2026-03-03 running YN23-13-2"], town.Due("open_catalogue"));
        town.Year.Now = new(2025, 4, 3, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" running YB-15-1", Assert.Single(town.Due("data")), StringComparison.Ordinal);
        town.Year.Now = new(2025, 4, 4, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue YB-15-1", Assert.Single(town.Due("data")), StringComparison.Ordinal);
        town.Load("roads");
        Assert.Equal(["roads update SourceDepartment office-of-chen 2025-05-04 running YB-15-1"], town.Due("data"));

        town.Year.Now = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue YN23-13-2", Assert.Single(town.Due("open_catalogue")), StringComparison.Ordinal);
        SimulatedYear.Done(KeepCatalogue.Publish(town.Year.Domain, chen, Entry));
        Assert.EndsWith(" running YN23-13-2", Assert.Single(town.Due("open_catalogue")), StringComparison.Ordinal);

        // Sent back with comments: out of the catalogue until it is reworked.
        SimulatedYear.Done(Duty.Require(town.Year.Domain, zhao, Duty.Catalogue));
        SimulatedYear.Done(town.Request("li", "first", "roads"));
        SimulatedYear.Done(OpenCase.Run(town.Year.Domain, zhao, new NewCase("catalogue_rework", "back", "roads-entry", null, ["office-of-chen"], null)));
        Assert.Equal("FT-5-1", SimulatedYear.Rule(town.Request("li", "second", "roads")));
        Assert.Equal(["back rework SourceDepartment office-of-chen 2026-03-18 running YN23-13-2"], town.Due("catalogue_rework"));
        SimulatedYear.Done(CloseStep.Run(town.Year.Domain, chen, "back", "rework", Encoding.UTF8.GetBytes("""{"outcome":"passed","reference":"comments of the bureau"}""")));
        SimulatedYear.Done(town.Request("li", "second", "roads"));
    }

    private static byte[] Entry => Encoding.UTF8.GetBytes("""
        {"entry":"roads-entry","data_set":"roads","operation":true,"registration":"R-17","requirements_on_use":"name the source",
         "resource":{"data_form":"table","shared_content":"road works","sharing_attribute":"conditional","sharing_conditions":"duty","sharing_scope":"city","openness_attribute":"conditional",
           "update_frequency":"monthly","collecting_department":"transport","verifying_department":"transport","supplying_department":"office-of-chen"},
         "open":{"name":"Road works","opening_body":"transport","openness_attribute":"conditional","format":"CSV","type":"traffic","update_frequency":"monthly"}}
        """);
}
