using Sandbox.Host.Rounds;

namespace Sandbox.Host.Demo;

/// <summary>The places of those who take part in the demo's round, beside the domain's folder and not in it.</summary>
internal sealed class DemoHomes
{
    private readonly string _root;

    public DemoHomes(string root)
    {
        _root = root;
        foreach (var home in new[] { "bureau", "audit-institute", "counties" })
        {
            Directory.CreateDirectory(Path.Combine(root, home), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string SecretKey => At("bureau", "allowance.hekey");

    public string PublicKey => At("bureau", "allowance.hepub");

    public HolderGuard Guard => new(At("bureau", "guard.key"), null, [], 0);

    public string Record => At("bureau", "openings.log");

    public string Permitted => At("bureau", "allowance.hesum");

    public string Envelope => At("bureau", "allowance.opened");

    public string Recount => At("audit-institute", "allowance.recount");

    public string Statement => At("audit-institute", "allowance.witness");

    public string Invitation => At("counties", "allowance.invitation");

    public string Contribution(string county) => At("counties", county + ".part");

    /// <summary>Removes every file of the homes.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }

    private string At(string home, string name) => Path.Combine(_root, home, name);
}
