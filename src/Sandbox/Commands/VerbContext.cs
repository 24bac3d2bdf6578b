using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Supervision;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary>What a verb's action works with: parsed words, the domain folder, who acts, where progress goes.</summary>
/// <param name="seat">From where somebody acts who does not sit at the command line; null for the command line.</param>
internal sealed class VerbContext(ParseResult parse, CancellationToken cancel, Seat? seat = null)
{
    private OpenDomain? _acted;
    private string _actor = "unknown";

    public CancellationToken Cancel { get; } = cancel;

    public bool Json => seat is not null || parse.GetValue(CommonOptions.Json);

    /// <summary>Progress and remarks; never standard output, so that <c>--json</c> stays one object.</summary>
    public IAnsiConsole Remarks { get; } = seat is null ? Consoles.Errors() : Consoles.Nowhere();

    public string Folder => seat?.Root ?? Path.GetFullPath(parse.GetValue(CommonOptions.Dir) ?? CommonOptions.DefaultFolder);

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
    public OpenDomain Open() => seat is null ? OpenDomain.Open(Folder, Unlocking(), TimeProvider.System, Settings()) : seat.Take();

    /// <summary>Of what whoever asks may know. At the command line is whoever has the master key: everything.</summary>
    public Sight Sight => seat?.Sight ?? Sight.Everything;

    /// <summary>Refuses names, for example in a file, of things that whoever asks may not know of.</summary>
    /// <exception cref="RefusedException">As if there was nothing of that name.</exception>
    public void Require(OpenDomain domain, IEnumerable<(Named Kind, string? Name)> names)
    {
        if (seat is not null && NamedThings.Unknown(domain, Sight, names) is { } unknown)
        {
            throw new RefusedException(unknown);
        }
    }

    /// <summary>Refuses people whom whoever asks may not know of, without saying which: a list of names would else tell who is registered.</summary>
    /// <exception cref="RefusedException">One of them at least is unknown, or another organisation's and in no scenario that is seen.</exception>
    public void RequirePeople(OpenDomain domain, IEnumerable<string> people)
    {
        if (seat is not null && !people.All(person => Sight.KnowsPerson(domain.Registry, seat.Person, person)))
        {
            throw new RefusedException(Refusals.Missing("person of your organisation or of a scenario of yours", "本单位或本单位场景内的人员", "?"));
        }
    }

    /// <summary>The role and organisation that somebody may be told about; null for whoever may be told about all.</summary>
    public (Role Role, string Organisation)? Only => seat is null || Sight.Supervises(seat.Role) ? null : (seat.Role, seat.Person.Organisation);

    /// <summary>Whether exact counts of a data set may be told: to its provider, to supervisors, and at the command line.</summary>
    public bool Exactly(DataSet set) => seat is null || Sight.Supervises(seat.Role) || set.Provider == seat.Person.Organisation;

    /// <summary>Whether there is a standard input of whoever acts.</summary>
    public bool HasInput => seat is null;

    /// <summary>Shows long work where somebody watches it.</summary>
    /// <param name="title">What is done, in a few words.</param>
    /// <param name="work">Gets a function that takes the done share, 0 to 1, and the name of the stage.</param>
    public Task<T> ShowAsync<T>(string title, Func<Action<double, string>, Task<T>> work) =>
        seat is null ? Work.ShowAsync(Remarks, title, work) : work(seat.Report);

    /// <summary>Opens the domain and proves who acts by that person's key file.</summary>
    public (OpenDomain Domain, Actor Actor) OpenAs()
    {
        var domain = Open();
        try
        {
            // Held until the answer is known: a refusal that nobody has recorded yet is recorded then.
            domain.Hold();
            _acted = domain;
            var actor = seat is null
                ? Actor.Authenticate(domain, parse.GetValue(CommonOptions.As), parse.GetValue(CommonOptions.PersonKey), Token, parse.GetValue(CommonOptions.For))
                : seat.Authenticate(domain);
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

    /// <summary>Does the act and records how it ended.</summary>
    public async Task<Answer> AnswerAsync(Func<VerbContext, Task<Answer>> act)
    {
        var answer = await ErrorBoundary.RunAsync(() => act(this)).ConfigureAwait(false);
        Settle(answer);
        return answer;
    }

    /// <summary>Writes into the ledger how an act ended that was refused or failed before its use case could, and lets go of the domain.</summary>
    /// <param name="answer">The answer that will be printed.</param>
    private void Settle(Answer answer)
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
        if (seat is null && (parse.GetValue(CommonOptions.As) is null || !new DomainFolder(Folder).Exists))
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
