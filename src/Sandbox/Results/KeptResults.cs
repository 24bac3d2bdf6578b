using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Results;

/// <summary>The rules by which an answer becomes a result of its zone; asked before the statement runs and again under the write lock.</summary>
internal static class KeptResults
{
    /// <summary>Why nothing may be kept under this name; null when it may.</summary>
    public static Refusal? Refused(IReadOnlyList<NamedResult> standing, string name, long bytes)
    {
        if (!NamedResults.ValidName(name) || !Names.Valid(name.Replace('_', '-')))
        {
            return ResultRefusals.Name();
        }

        if (standing.Any(result => result.Name == name))
        {
            return Refusals.Taken("result", "结果", name);
        }

        return standing.Count >= NamedResult.Most || standing.Sum(result => result.Object!.SealedLength) + bytes > NamedResult.MostBytes ? ResultRefusals.Spent() : null;
    }

    /// <summary>Makes the sealed object a result of its zone.</summary>
    /// <exception cref="RefusedException">Somebody else was faster.</exception>
    public static void Write(RegistryWriter writer, NamedResult result)
    {
        if (Refused(NamedResult.Of(writer.All<NamedResult>(), result.Zone), result.Name, result.Object!.SealedLength) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        // The name may have been given before and dropped.
        writer.Put(result);
    }

    /// <summary>Takes all results of a zone out of the registry; their objects are named by nothing then.</summary>
    public static IReadOnlyList<ObjectRef> Remove(RegistryWriter writer, string zone)
    {
        var standing = NamedResult.Of(writer.All<NamedResult>(), zone);
        foreach (var result in standing)
        {
            writer.Update(result with { Object = null });
        }

        return [.. standing.Select(result => result.Object!)];
    }

    /// <summary>The results that a statement may mean: opening one takes time, so those whose name does not occur in the text stay closed.</summary>
    public static IReadOnlyList<NamedResultFile> Named(OpenDomain domain, string zone, string? sql) =>
    [
        .. NamedResult.Of(domain.Registry.All<NamedResult>(), zone)
            .Where(result => sql is null || sql.Contains(result.Name, StringComparison.OrdinalIgnoreCase) || sql.Contains("catalog", StringComparison.OrdinalIgnoreCase))
            .Select(result => result.File()),
    ];
}
