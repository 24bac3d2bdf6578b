using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary>What a verb's action works with: parsed words, the domain folder, who acts, where progress goes.</summary>
internal sealed class VerbContext(ParseResult parse, CancellationToken cancel)
{
    private OpenDomain? _acted;
    private string _actor = "unknown";

    public CancellationToken Cancel { get; } = cancel;

    public bool Json => parse.GetValue(CommonOptions.Json);

    /// <summary>Progress and remarks; never standard output, so that <c>--json</c> stays one object.</summary>
    public IAnsiConsole Remarks { get; } = Consoles.Errors();

    public string Folder => Path.GetFullPath(parse.GetValue(CommonOptions.Dir) ?? CommonOptions.DefaultFolder);

    /// <summary>Whether a folder was named, on the command line or by the environment.</summary>
    public bool DirGiven => parse.GetValue(CommonOptions.Dir) is not null;

    /// <summary>The person's key file, where one was named.</summary>
    public string? PersonKey => parse.GetValue(CommonOptions.PersonKey);

    /// <summary>File with a token of the unified authentication service, where one was named.</summary>
    public string? Token => parse.GetValue(CommonOptions.Token);

    public string? PassphraseFile => parse.GetValue(CommonOptions.PassphraseFile);

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
            // Held until the answer is known: a refusal that nobody has recorded yet is recorded then.
            domain.Hold();
            _acted = domain;
            var actor = Actor.Authenticate(domain, parse.GetValue(CommonOptions.As), parse.GetValue(CommonOptions.PersonKey), Token, parse.GetValue(CommonOptions.For));
            _actor = actor.Name;
            if (actor.Principal is { } principal)
            {
                domain.Note(new("deputy.acts", actor.Name, new Facts { ["for"] = principal, ["role"] = actor.Role.ToString(), ["act"] = Act() }));
            }

            Notice(domain, actor);
            return (domain, actor);
        }
        catch
        {
            domain.Dispose();
            throw;
        }
    }

    /// <summary>Supervisors are told of alerts that wait, whatever they came for.</summary>
    private void Notice(OpenDomain domain, Actor actor)
    {
        if (actor.Role is Role.Authority or Role.Auditor or Role.AppointedThirdParty && Alerts.Open(domain) is { Count: > 0 } open)
        {
            Remarks.MarkupLineInterpolated($"[yellow]alert[/] {open.Count} of them wait for a supervisor: sandbox alerts list 有 {open.Count} 条告警待监督人员处理");
        }
    }

    /// <summary>Writes into the ledger how an act ended that was refused or failed before its use case could, and lets go of the domain.</summary>
    /// <param name="answer">The answer that will be printed.</param>
    public void Settle(Answer answer)
    {
        if (_acted is null && answer is Answer.Refused or Answer.Failed)
        {
            OpenForRecord();
        }

        if (_acted is not { } domain)
        {
            return;
        }

        _acted = null;
        using (domain)
        {
            try
            {
                if (answer is Answer.Refused refused && !domain.RefusalRecorded)
                {
                    domain.Refuse(Act(), _actor, refused.Refusals);
                }
                else if (answer is Answer.Failed)
                {
                    domain.Note(new("failed", _actor, new Facts { ["act"] = Act() }));
                }
            }
            catch (Exception error) when (error is TrustException or RefusedException or SqliteException)
            {
                // Nothing can be recorded any more (a full disk, a broken ledger). Nothing was done either, and the answer says so.
                domain.Log.Warning("The end of {Act} could not be recorded", Act());
            }
        }
    }

    /// <summary>An act that ended before its domain was opened, for example with a malformed file, is recorded too, where there is a domain and somebody acts.</summary>
    private void OpenForRecord()
    {
        if (parse.GetValue(CommonOptions.As) is null || !new DomainFolder(Folder).Exists)
        {
            return;
        }

        try
        {
            var (domain, actor) = OpenAs();
            actor.Dispose();
            domain.Dispose();
        }
        catch (Exception error) when (error is RefusedException or TrustException or RegistryException or SqliteException or IOException or UnauthorizedAccessException)
        {
            // Somebody unknown is recorded as that; a domain that doesn't open takes no entry.
        }
    }

    /// <summary>The command's words joined by dots, as entries name acts.</summary>
    private string Act()
    {
        var words = new List<string>();
        for (SymbolResult? at = parse.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            words.Insert(0, command.Command.Name);
        }

        return string.Join('.', words);
    }

    /// <summary>Who says to act, before it is proved.</summary>
    public (string? Name, string? KeyFile) Who() => (parse.GetValue(CommonOptions.As), parse.GetValue(CommonOptions.PersonKey));

    public Unlocking Unlocking() => new(parse.GetValue(CommonOptions.KeyFile), parse.GetValue(CommonOptions.PassphraseFile));

    public DomainSettings Settings() => new(parse.GetValue(CommonOptions.UnsafeNoJail));
}
