using System.Text;

namespace Sandbox.Sandbox.Tests.Door;

/// <summary>The search itself: it finds what it is meant to find.</summary>
public sealed class RawValuesTests
{
    public static TheoryData<string, string> Forms()
    {
        var data = new TheoryData<string, string>();
        foreach (var encoding in new[] { "utf-8", "utf-16", "utf-16BE" })
        {
            data.Add(encoding, RawValues.Example.Id);
            data.Add(encoding, RawValues.Example.Id[6..]);
            data.Add(encoding, RawValues.Example.Phone);
            data.Add(encoding, RawValues.Example.Address);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_raw_value_is_found_in_the_middle_of_other_bytes(string encoding, string value)
    {
        using var folder = new TemporaryFolder();
        var noise = new byte[4001];
        new Random(7).NextBytes(noise);
        folder.Write("object", [.. noise, 0x22, .. Encoding.GetEncoding(encoding).GetBytes(value), 0x22, .. noise]);
        Assert.NotEmpty(RawValues.FindUnder(folder.Path));
    }

    [Fact]
    public void Noise_and_ordinary_figures_are_no_finding()
    {
        using var folder = new TemporaryFolder();
        var noise = new byte[1 << 22];
        new Random(8).NextBytes(noise);
        folder.Write("object", noise);
        folder.Write("log", "{\"at\":\"2026-11-21T22:27:29.4428032Z\",\"rows\":3000000,\"k\":99999999999}");
        Assert.Empty(RawValues.FindUnder(folder.Path));
    }

    [Fact]
    public void Engine_files_in_the_clear_are_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a", "PAR1 and so on"u8.ToArray());
        folder.Write("b", "........DUCK...."u8.ToArray());
        Assert.Equal(2, RawValues.FindUnder(folder.Path).Count);
    }
}
