using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Feeds an even sample of each column to the policy room's classifier. Runs in the child; only counts come out.</summary>
internal static class ColumnSampling
{
    internal static ColumnProposal[] Propose(DuckDbConnection connection, SourceTable source)
    {
        var classifiers = source.Columns.Select(column => new ColumnClassifier(column.Name, StoredTypes.ToMaskInput(column.Type))).ToArray();
        var looked = Enumerable.Range(0, classifiers.Length).Where(i => Tells(source.Columns[i].Type)).ToArray();
        if (looked.Length > 0)
        {
            var list = string.Join(", ", looked.Select(i => $"({source.Columns[i].Expression})::VARCHAR"));
            using var result = connection.Stream($"SELECT {list} FROM {source.Relation} WHERE {source.SampleCondition}");
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var at = 0; at < looked.Length; at++)
                    {
                        Feed(classifiers[looked[at]], chunk[at]);
                    }
                }
            }
        }

        return [.. classifiers.Select(classifier => classifier.Propose())];
    }

    // Of other types only the name tells something.
    private static bool Tells(StoredType type) => StoredTypes.ToMaskInput(type) is MaskInput.Text or MaskInput.Whole or MaskInput.Date;

    private static void Feed(ColumnClassifier classifier, DuckDbVector vector)
    {
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.IsNull(row))
            {
                classifier.FeedNull();
            }
            else
            {
                classifier.Feed(vector.Bytes(row));
            }
        }
    }
}
