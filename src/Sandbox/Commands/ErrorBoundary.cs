using Sandbox.Enclave;
using Sandbox.Host.Answers;
using Sandbox.Host.Registry;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary>
/// Turns every way an action can end into an answer. Refusals keep their rule; anything else becomes a sentence of our own, because the text of
/// an unexpected error may hold a data value and errors are exits.
/// </summary>
internal static class ErrorBoundary
{
    public static async Task<Answer> RunAsync(Func<Task<Answer>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception error) when (Describe(error) is { } answer)
        {
            return answer;
        }
    }

    private static Answer? Describe(Exception error) => error switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner),
        RefusedException refused => new Answer.Refused(refused.Refusals),
        TrustException trust => Answer.No(Refusals.From(trust.Refusal)),
        JailRefusedException jail => Answer.No(Refusals.From(jail)),
        PolicyException policy => new Answer.Refused(policy.Reasons),
        EnclaveException enclave => Answer.No(enclave.Refusal),
        OperationCanceledException => new Answer.Failed("Interrupted. Nothing half done was kept; the same command can be given again."),
        RegistryException registry => new Answer.Failed(registry.Message),
        UnauthorizedAccessException => new Answer.Failed("A file or folder may not be read or written by this user. Check the rights of the domain folder and of the files named on the command line."),
        FileNotFoundException or DirectoryNotFoundException => new Answer.Failed("A file or folder that was named does not exist."),
        IOException { HResult: DiskFull } => new Answer.Failed("The disk is full. Nothing half done was kept; make room and give the same command again."),
        IOException => new Answer.Failed("Reading or writing a file failed. Nothing half done was kept."),
        Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 13 } => new Answer.Failed("The disk is full. Nothing half done was kept; make room and give the same command again."),
        Microsoft.Data.Sqlite.SqliteException sqlite => new Answer.Failed($"The registry could not be used (SQLite error {sqlite.SqliteErrorCode}). Nothing half done was kept."),
        _ => new Answer.Failed($"Something unexpected went wrong ({error.GetType().Name}). Nothing half done was kept. Its details are not shown because they could hold data."),
    };

    // ENOSPC as .NET reports it on Linux.
    private const int DiskFull = 28;
}
