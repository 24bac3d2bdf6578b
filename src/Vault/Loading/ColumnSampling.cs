using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Feeds an even sample of each column to the policy room's classifier. Runs in the child; only counts come out.</summary>
internal static class ColumnSampling
{
    /// <summary>Looks at the sample in a statement of its own.</summary>
    internal static ColumnProposal[] Propose(DuckDbConnection connection, SourceTable source)
    {
        var sample = new SampleLook(source);
        if (sample.Arguments.Count > 0)
        {
            using var result = connection.Stream($"SELECT {string.Join(", ", sample.Arguments)} FROM {source.Relation} WHERE {source.SampleCondition}");
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    sample.Feed(chunk);
                }
            }
        }

        return sample.Propose();
    }
}
