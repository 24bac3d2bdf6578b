using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary>What a verb's action works with: parsed words, the domain folder, who acts, where progress goes.</summary>
internal sealed class VerbContext(ParseResult parse, CancellationToken cancel)
{
    public CancellationToken Cancel { get; } = cancel;

    public bool Json => parse.GetValue(CommonOptions.Json);

    /// <summary>Progress and remarks; never standard output, so that <c>--json</c> stays one object.</summary>
    public IAnsiConsole Remarks { get; } = Consoles.Errors();

    public string Folder => Path.GetFullPath(parse.GetValue(CommonOptions.Dir) ?? CommonOptions.DefaultFolder);

    /// <summary>Whether a folder was named, on the command line or by the environment.</summary>
    public bool DirGiven => parse.GetValue(CommonOptions.Dir) is not null;

    public T Get<T>(Option<T> option) => parse.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>Opens the domain with its master key; the caller disposes it.</summary>
    public OpenDomain Open() => OpenDomain.Open(Folder, Unlocking(), TimeProvider.System, Settings());

    /// <summary>Opens the domain and proves who acts by that person's key file.</summary>
    public (OpenDomain Domain, Actor Actor) OpenAs()
    {
        var domain = Open();
        try
        {
            return (domain, Actor.Authenticate(domain, parse.GetValue(CommonOptions.As), parse.GetValue(CommonOptions.PersonKey)));
        }
        catch
        {
            domain.Dispose();
            throw;
        }
    }

    public Unlocking Unlocking() => new(parse.GetValue(CommonOptions.KeyFile), parse.GetValue(CommonOptions.PassphraseFile));

    public DomainSettings Settings() => new(parse.GetValue(CommonOptions.UnsafeNoJail));
}
