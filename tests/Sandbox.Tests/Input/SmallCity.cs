using System.Globalization;
using System.Text;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>A small domain made through the command line: a bureau, a provider, an operating unit, and a register of which every cell of one column is a planted value.</summary>
public sealed class SmallCity : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallCity()
    {
        Folder = _folder.File("city");
        SandboxProgram.Json("init", "--dir", Folder, "--name", "town", "--profile", "futian", "--overlay", "changchun:training", "--suite", "nist", "--admin", "zhao").Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[] { ("chen", "civil-affairs", "provider"), ("li", "data-company", "operator"), ("wu", "data-company", "scientist") })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }
    }

    public string Folder { get; }

    internal string Log => string.Concat(Directory.GetFiles(Path.Combine(Folder, "logs")).Select(Read));

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder]);

    internal Ran Load(string name, string file) => As("chen", "data", "add", name, "--file", file, "--source", "a test", "--acquired", "2026-01-02");

    /// <summary>Everything that a half-done act could leave: documents, objects, staged files, releases.</summary>
    internal string State()
    {
        var state = new StringBuilder();
        foreach (var (kind, id, body) in Demo.Books.Documents(Folder))
        {
            // An alert about many refusals is what refusals may leave, beside their entries.
            if (kind != "alert")
            {
                state.AppendLine(CultureInfo.InvariantCulture, $"{kind} {id} {body.ToJsonString()}");
            }
        }

        foreach (var part in new[] { "objects", "staging", "releases", "keys" })
        {
            foreach (var path in Directory.GetFileSystemEntries(Path.Combine(Folder, part)).Order(StringComparer.Ordinal))
            {
                state.AppendLine(path);
            }
        }

        return state.ToString();
    }

    /// <summary>Rows with a subject, two plain columns and a planted value in every row.</summary>
    internal static string Register(int rows)
    {
        var text = new StringBuilder("person,district,score,remark\n");
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"p{row},{(row % 4) switch { 0 => "east", 1 => "west", 2 => "north", _ => "south" }},{row % 17},{Planted.Cell}\n");
        }

        return text.ToString();
    }

    public void Dispose() => _folder.Dispose();

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
