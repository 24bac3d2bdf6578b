using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>What the first rows of a text source say about its columns: a guess that spares most files a second reading, nothing more.</summary>
internal static class TextTrial
{
    /// <returns>Types that each column may have; none for one that identifies, whose texts stay what they are.</returns>
    internal static int[] Types(DuckDbConnection connection, IReadOnlyList<string> names, IReadOnlyList<TextForm> forms, TextRows rows)
    {
        var types = forms.Select(Open).ToArray();
        var classifiers = names.Select(name => new ColumnClassifier(name, MaskInput.Text)).ToArray();
        using var result = connection.Query($"SELECT {string.Join(", ", names.Select((_, i) => CsvSource.Column(i)))} FROM {rows.First} LIMIT {TextRows.TrialRows}");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var column = 0; column < types.Length; column++)
                {
                    Look(chunk[column], classifiers[column], ref types[column]);
                }
            }
        }

        return [.. types.Select((of, i) => classifiers[i].Propose().Grade == ColumnGrade.Identifier ? 0 : of)];
    }

    /// <summary>Types that a form leaves open.</summary>
    internal static int Open(TextForm form) => form switch { TextForm.Untyped => TextTypes.All, TextForm.Text => TextTypes.Times, _ => 0 };

    private static void Look(DuckDbVector texts, ColumnClassifier classifier, ref int types)
    {
        for (var row = 0; row < texts.Rows; row++)
        {
            if (texts.IsNull(row))
            {
                classifier.FeedNull();
                continue;
            }

            var text = texts.Bytes(row);
            classifier.Feed(text);
            types &= types == 0 ? 0 : TextTypes.Of(text);
        }
    }
}
