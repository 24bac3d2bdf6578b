using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Overlap;
using Sandbox.Vault.Tests.Zones;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Overlap;

/// <summary>Ways to smuggle raw rows past a reviewer, each caught; categories and figures that are not.</summary>
public sealed class OverlapTests(TestData data) : IClassFixture<TestData>
{
    private const string Identity = "PLANTED-ID-4242";

    private readonly ZoneSegment _segment = data.Seal(
        "SELECT i AS number, 'd' || (i % 3) || 'istrict' AS district, (1000.37 * i)::DOUBLE AS income, (i * 1.25)::DECIMAL(12,2) AS tax FROM range(5000) t(i)",
        "SELECT 'PLANTED-ID-' || i AS identity, 'Ada Nr ' || i AS name FROM range(5000) t(i)");

    public static TheoryData<string, string> Ways => new()
    {
        { "plain", Identity },
        { "lower case", Identity.ToLowerInvariant() },
        { "upper case of a name", "ADA NR 17" },
        { "without blanks", "AdaNr17" },
        { "reversed", new string([.. Identity.Reverse()]) },
        { "hexadecimal", Convert.ToHexString(Encoding.UTF8.GetBytes(Identity)) },
        { "hexadecimal, lower case", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Identity)) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Identity)) },
        { "base64 without padding", Convert.ToBase64String(Encoding.UTF8.GetBytes("Ada Nr 17")).TrimEnd('=') },
#pragma warning disable CA5350, CA5351 // What a smuggler would use.
        { "MD5", Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Identity))) },
        { "SHA-1", Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(Identity))) },
#pragma warning restore CA5350, CA5351
        { "SHA-256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity))) },
        { "packed with commas", $"x,{Identity},y" },
        { "packed with bars", $"d0istrict|{Identity}" },
        { "packed with semicolons", $"a;b;{Identity}" },
        { "a label of a category", $"district {Identity}" },
        { "a path", $"a/b/{Identity}/c" },
        { "a query", $"id={Identity}&x=1" },
        { "a reversed name in a list", $"{new string([.. "PLANTED-ID-99".Reverse()])},other" },
        { "a number in a text", "income 2000740" },
        { "reversed digits", new string([.. "1000370".Reverse()]) },
        { "a hash in a list", $"k:{1} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity)))}" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_raw_value_is_found_however_it_is_written(string way, string text)
    {
        var found = await SearchAsync("harmless", text, "d1istrict");
        Assert.True(found.Texts.SetEquals([1]), $"{way}: {string.Join(' ', found.Texts)}");
    }

    [Fact]
    public async Task Order_does_not_matter_and_numbers_are_told_apart()
    {
        var rows = Enumerable.Range(100, 50).Select(at => (1000.37 * at).ToString("R", CultureInfo.InvariantCulture)).Reverse().ToArray();
        var found = await SearchAsync(rows);
        Assert.True(found.Numbers.Count >= 40, found.Numbers.Count.ToString(CultureInfo.InvariantCulture));
        Assert.Empty(found.Texts);
    }

    [Fact]
    public async Task Categories_and_figures_of_many_raise_no_alarm()
    {
        string[] honest = ["d0istrict", "d1istrict", "d2istrict", "(all)", "1666", "5000", "2500437.5", "12.5", "", "total income", "平均收入", "0.25", "2024-01-01"];
        var found = await SearchAsync(honest);
        Assert.Empty(found.Texts);
        // Single figures may meet a raw number by chance; the gate asks for more than that.
        Assert.True(found.Numbers.Count < 3);
    }

    [Fact]
    public async Task A_figure_that_equals_a_raw_value_in_whatever_form_may_be_chance()
    {
        string[] figures = ["1000370", "0730001", Convert.ToHexString(Encoding.UTF8.GetBytes("Ada Nr 17")), "7"];
        var found = Assert.IsType<OverlapResult.Found>(await new OverlapService(TestData.Jailer, data.Store).SearchAsync(["harmless", "PLANTED-ID-7"], figures, 10, new EvidenceSource([_segment], data.Key)));
        Assert.Equal([1], found.Texts);
        Assert.Empty(found.Numbers);
        Assert.Equal([0, 1, 2], found.Figures.SelectMany(column => column).Distinct().Order());
    }

    [Fact]
    public async Task What_cannot_be_searched_is_refused()
    {
        var source = new EvidenceSource([_segment], data.Key);
        var service = new OverlapService(TestData.Jailer, data.Store);
        Assert.IsType<OverlapResult.Refused>(await service.SearchAsync(["a"], [], 1, source));
        Assert.IsType<OverlapResult.Refused>(await service.SearchAsync([], [new string('a', 5000)], 10, source));
        Assert.IsType<OverlapResult.Refused>(await service.SearchAsync(["a"], [], 10, new EvidenceSource([], data.Key)));
    }

    private async Task<OverlapResult.Found> SearchAsync(params string[] texts) =>
        Assert.IsType<OverlapResult.Found>(await new OverlapService(TestData.Jailer, data.Store).SearchAsync(texts, [], 10, new EvidenceSource([_segment], data.Key)));
}
