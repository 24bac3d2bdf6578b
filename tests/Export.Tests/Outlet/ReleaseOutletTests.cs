using Sandbox.Export.Outlet;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Outlet;

public sealed class ReleaseOutletTests : IDisposable
{
    private static readonly byte[] Package = [1, 2, 3];
    private static readonly string Digest = Convert.ToHexStringLower(Suite.Nist.Hash(Package));
    private readonly string _folder = Directory.CreateTempSubdirectory("outlet").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_release_has_its_name_only_after_the_commit()
    {
        using var staged = new ReleaseOutlet(_folder, Suite.Nist).Stage("e-1.release.tar", Package);
        Assert.False(File.Exists(staged.Path));
        staged.Commit();
        Assert.Equal(Package, File.ReadAllBytes(staged.Path));
        Assert.Equal(["e-1.release.tar"], Names());
        Assert.Throws<ObjectDisposedException>(staged.Commit);
    }

    [Fact]
    public void What_is_not_committed_is_gone()
    {
        new ReleaseOutlet(_folder, Suite.Nist).Stage("e-1.release.tar", Package).Dispose();
        Assert.Empty(Names());
    }

    [Fact]
    public void A_sweep_finishes_what_was_decided_and_removes_the_rest()
    {
        var outlet = new ReleaseOutlet(_folder, Suite.Nist);
        foreach (var name in new[] { "decided.tar", "undecided.tar", "changed.tar" })
        {
            _ = outlet.Stage(name, Package);
        }

        File.WriteAllBytes(Directory.GetFiles(_folder, ".staged-*-changed.tar").Single(), [9]);
        var sweep = outlet.Sweep(new Dictionary<string, string> { ["decided.tar"] = Digest, ["changed.tar"] = Digest, ["gone.tar"] = Digest });
        Assert.Equal(["decided.tar"], sweep.Finished);
        Assert.Equal(["changed.tar", "undecided.tar"], sweep.Removed.Order(StringComparer.Ordinal));
        Assert.Equal(["changed.tar", "gone.tar"], sweep.Lost);
        Assert.Equal(["decided.tar"], Names());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("/x")]
    [InlineData(".x")]
    [InlineData("")]
    public void A_name_cannot_leave_the_folder(string name) =>
        Assert.Throws<ArgumentException>(() => new ReleaseOutlet(_folder, Suite.Nist).Stage(name, Package));

    private IEnumerable<string> Names() => Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);
}
