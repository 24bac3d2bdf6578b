using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.Identity;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;

namespace Sandbox.Host.Service;

/// <summary>
/// Takes an operation through the house: who asks, whether a token or a role may ask it at all, whether the names are of things that may be known, then the verb itself with
/// the authoriser behind it. Whatever the end, it is in the ledger as it would be from the command line.
/// </summary>
internal sealed class OperationRunner(DomainPool pool, RootCommand root, int heavy) : IDisposable
{
    // Response files would be files of this machine.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private readonly SemaphoreSlim _heavy = new(heavy, heavy);
    private readonly Dictionary<string, VerbCommand> _verbs = Operations.All.ToDictionary(operation => operation.Verb, operation => Find(root, operation.Verb), StringComparer.Ordinal);

    public VerbCommand Command(Operation operation) => _verbs[operation.Verb];

    /// <param name="report">Takes the done share, 0 to 1, and the name of the stage.</param>
    public async Task<Answer> RunAsync(Operation operation, OperationWords words, Credentials credentials, Action<double, string> report, CancellationToken cancel)
    {
        if (operation.Heavy)
        {
            await _heavy.WaitAsync(cancel).ConfigureAwait(false);
        }

        try
        {
            using var lease = await pool.RentAsync(cancel).ConfigureAwait(false);
            var answer = await ErrorBoundary.RunAsync(() => RunAsync(lease.Domain, operation, words, credentials, report, cancel)).ConfigureAwait(false);
            lease.Broken = answer is Answer.Failed;
            return answer;
        }
        finally
        {
            if (operation.Heavy)
            {
                _heavy.Release();
            }
        }
    }

    public void Dispose() => _heavy.Dispose();

    private async Task<Answer> RunAsync(OpenDomain domain, Operation operation, OperationWords words, Credentials credentials, Action<double, string> report, CancellationToken cancel)
    {
        using var caller = credentials.Prove(domain);
        if (Refused(domain, operation, words, caller) is { } refusal)
        {
            return domain.Refuse(operation.Act, caller.Person.Id, [refusal]);
        }

        var command = Command(operation);
        var parsed = root.Parse([.. operation.Verb.Split(' '), .. words.Tokens(command)], Plain);
        if (parsed.Errors.Count > 0 || parsed.CommandResult.Command != command)
        {
            return Misread(command);
        }

        var seat = new Seat(domain, caller.Person, caller.Role, caller.Key, caller.ProviderToken, caller.Principal, report);
        return await new VerbContext(parsed, cancel, seat).AnswerAsync(command.Act).ConfigureAwait(false);
    }

    private static Refusal? Refused(OpenDomain domain, Operation operation, OperationWords words, Caller caller)
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
        return NamedThings.Unknown(domain, Sight.Of(domain, caller.Person, caller.Role), named);
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
