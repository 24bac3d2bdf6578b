using System.Collections.Concurrent;
using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.Identity;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Service;

/// <summary>
/// Takes an operation through the house: who asks, whether a token or a role may ask it at all, whether the names are of things that may be known, then the verb itself with
/// the authoriser behind it. Whatever the end, it is in the ledger as it would be from the command line.
/// </summary>
internal sealed class OperationRunner(DomainPool pool, RootCommand root, int heavy) : IDisposable
{
    // Response files would be files of this machine.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Heavy acts that one owner has under way or waiting.</summary>
    private const int MostHeavyOfOwner = 16;

    private static readonly TimeSpan UnprovedEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, int> _owners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _unproved = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _heavy = new(heavy, heavy);
    private readonly Dictionary<string, VerbCommand> _verbs = Operations.All.ToDictionary(operation => operation.Verb, operation => Find(root, operation.Verb), StringComparer.Ordinal);

    public VerbCommand Command(Operation operation) => _verbs[operation.Verb];

    /// <param name="report">Takes the done share, 0 to 1, and the name of the stage.</param>
    public async Task<Answer> RunAsync(Operation operation, OperationWords words, Credentials credentials, Action<double, string> report, CancellationToken cancel)
    {
        if (!operation.Heavy)
        {
            return await LeasedAsync(operation, words, credentials, report, cancel).ConfigureAwait(false);
        }

        // One owner does not stand before everybody else with all that it could ask for.
        var owner = credentials.Owner ?? "";
        if (_owners.AddOrUpdate(owner, 1, (_, count) => count + 1) > MostHeavyOfOwner)
        {
            Leave(owner);
            return Answer.No(IdentityRefusals.TooMany());
        }

        try
        {
            await _heavy.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await LeasedAsync(operation, words, credentials, report, cancel).ConfigureAwait(false);
            }
            finally
            {
                _heavy.Release();
            }
        }
        finally
        {
            Leave(owner);
        }
    }

    public void Dispose() => _heavy.Dispose();

    private async Task<Answer> LeasedAsync(Operation operation, OperationWords words, Credentials credentials, Action<double, string> report, CancellationToken cancel)
    {
        using var lease = await pool.RentAsync(cancel).ConfigureAwait(false);
        var answer = await ErrorBoundary.RunAsync(() => RunAsync(lease.Domain, operation, words, credentials, report, cancel)).ConfigureAwait(false);
        // What broke may have broken the object; who only went away has not.
        lease.Broken = answer is Answer.Failed && !cancel.IsCancellationRequested;
        return answer;
    }

    private void Leave(string owner)
    {
        if (_owners.AddOrUpdate(owner, 0, (_, count) => count - 1) <= 0)
        {
            _owners.TryRemove(KeyValuePair.Create(owner, 0));
        }
    }

    /// <summary>Whose act it is. What a known person's session or token did not prove is on record, once in a while: it may be a thief's.</summary>
    public Caller Prove(OpenDomain domain, string act, Credentials credentials)
    {
        try
        {
            return credentials.Prove(domain);
        }
        catch (RefusedException refused)
        {
            if (credentials.Claimed(domain) is { } person && (!_unproved.TryGetValue(person, out var last) || domain.Time.GetElapsedTime(last) > UnprovedEvery))
            {
                _unproved[person] = domain.Time.GetTimestamp();
                domain.Refuse(act, "unknown", refused.Refusals, new Facts { ["claimed"] = person });
            }

            throw;
        }
    }

    private async Task<Answer> RunAsync(OpenDomain domain, Operation operation, OperationWords words, Credentials credentials, Action<double, string> report, CancellationToken cancel)
    {
        using var caller = Prove(domain, operation.Act, credentials);
        var sight = Sight.Of(domain, caller.Person, caller.Role);
        if (Refused(domain, operation, words, caller, sight) is { } refusal)
        {
            return domain.Refuse(operation.Act, caller.Person.Id, [refusal]);
        }

        var command = Command(operation);
        var parsed = root.Parse([.. operation.Verb.Split(' '), .. words.Tokens(command)], Plain);
        if (parsed.Errors.Count > 0 || parsed.CommandResult.Command != command)
        {
            return Misread(command);
        }

        var seat = new Seat(domain, caller.Person, caller.Role, sight, caller.Key, caller.ProviderToken, caller.Principal, report);
        var answer = await new VerbContext(parsed, cancel, seat).AnswerAsync(command.Act).ConfigureAwait(false);
        if (answer is Answer.Done && IsOversight(operation, caller.Role))
        {
            var facts = new Facts { ["act"] = operation.Act };
            if (caller.Principal is { } principal)
            {
                facts["for"] = principal;
            }

            domain.Note(new("oversight.looked", caller.Person.Id, facts));
        }

        return answer;
    }

    /// <summary>Whoever looks into what is not the own organisation's is on record with it (CC 11(3), FT 16). What notes itself is not noted twice.</summary>
    private static bool IsOversight(Operation operation, Role role) =>
        (operation.Reads || operation.Verb == "ledger verify") && (operation.Supervisors ? Sight.Supervises(role) : role is Role.Auditor or Role.AppointedThirdParty && operation.Verb is not ("due" or "calendar show" or "notice list"));

    private static Refusal? Refused(OpenDomain domain, Operation operation, OperationWords words, Caller caller, Sight sight)
    {
        if (caller.Scopes is { } token && (operation.InPerson || !token.Allows(operation.Group, operation.Reads)))
        {
            return IdentityRefusals.OutOfScope();
        }

        if (operation.Supervisors && !Sight.Supervises(caller.Role))
        {
            return Refusals.NotThisRole("see this", "查看", "the bureau, its appointed third party or an auditor", "主管部门、其委托的第三方或审计人员");
        }

        var named = words.Given.Where(given => given.Word.Names != Named.Unknown).Select(given => (given.Word.Names, (string?)given.Value));
        return NamedThings.Unknown(domain, sight, named);
    }

    /// <summary>The words that an operation takes: nothing of what was sent.</summary>
    public static Answer Misread(VerbCommand command)
    {
        string[] words =
        [
            .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(argument => argument.Name),
            .. command.Options.Where(option => option.Required).Select(option => option.Name.TrimStart('-').Replace('-', '_')),
        ];
        return new Answer.Misused(words.Length == 0
            ? "The words of this request are not those of the operation; /openapi/v1.json has them. 请求参数与该操作不符，参见 /openapi/v1.json。"
            : $"The words of this request are not those of the operation. It needs: {string.Join(", ", words)}; /openapi/v1.json has them all. 请求参数与该操作不符，参见 /openapi/v1.json。");
    }

    private static VerbCommand Find(RootCommand root, string verb)
    {
        Command at = root;
        foreach (var word in verb.Split(' '))
        {
            at = at.Subcommands.First(command => command.Name == word);
        }

        return (VerbCommand)at;
    }
}
