using System.Globalization;
using System.Text;
using Sandbox.Export.Artefacts;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>Figures too large, or too small, to be moved by a unit of their last digit: nothing beside them speaks for chance, so raw ones are recognised.</summary>
public sealed class UnmovedFigureTests
{
    [Theory]
    [InlineData(1e17)]
    [InlineData(1e-9)]
    public async Task Raw_values_that_cannot_be_moved_are_recognised_and_others_are_not(double size)
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        double Raw(int row) => size * (1 + (row * 7919 % 1009 / 1009.0));
        var csv = new StringBuilder("city,amount\n");
        for (var row = 0; row < 300; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"city{row % 3},{Raw(row):R}\n");
        }

        var path = Path.Combine(domain.Root, "amounts.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using (var wang = domain.As("wang"))
        {
            AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData("amounts", new Delivery(path, SourceEncoding.Auto, []), "a test", domain.Open.Today, null, []), null, CancellationToken.None));
        }

        var set = domain.Open.Registry.Find<DataSet>("amounts")!;
        using var key = domain.Open.Keys.OpenKey(KeyScope.DataSet, set.Id);
        Task<long> CountAsync(Func<int, double> figure) => SubmittedOverlap.CountAsync(
            domain.Open, set, key, [.. Enumerable.Range(0, 40).Select(row => (IReadOnlyList<Cell>)[new Cell.Text("group"), new Cell.Real(figure(row))])], 1, CancellationToken.None);
        Assert.Equal(40, await CountAsync(Raw));
        Assert.Equal(0, await CountAsync(row => Raw(row) * 1.0000001));
    }
}
