using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>The classifiers of one source's columns, and the way to feed them while the source is being written: reading it a second time only to look costs as much as reading it.</summary>
internal sealed class SampleLook
{
    private const string Function = "sandbox_look";

    private readonly Lock _gate = new();
    private readonly SourceTable _source;
    private readonly ColumnClassifier[] _classifiers;
    private readonly int[] _looked;

    internal SampleLook(SourceTable source)
    {
        _source = source;
        _classifiers = [.. source.Columns.Select(column => new ColumnClassifier(column.Name, StoredTypes.ToMaskInput(column.Type)))];
        _looked = [.. Enumerable.Range(0, _classifiers.Length).Where(i => Tells(source.Columns[i].Type))];
        Arguments = [.. _looked.Select(i => $"({source.Columns[i].Expression})::VARCHAR")];
    }

    /// <summary>The columns that are looked at, as text.</summary>
    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>A condition that is true for every row and looks at those of the sample; null when no column tells anything.</summary>
    /// <param name="connection">Of the instance that will write; the function is registered in it, once.</param>
    internal string? Condition(DuckDbConnection connection)
    {
        if (Arguments.Count == 0)
        {
            return null;
        }

        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = Function,
            Parameters = [],
            Rest = DuckDbTypeId.Varchar,
            Result = DuckDbTypeId.Boolean,
            Body = (input, output, _) =>
            {
                Feed(input);
                output.Writable<byte>()[..input.Rows].Fill(1);
            },
            SeesMissing = true,
            Volatile = true,
        });
        return $"CASE WHEN {_source.SampleCondition} THEN system.main.{Function}({string.Join(", ", Arguments)}) ELSE true END";
    }

    /// <param name="chunk">The columns of <see cref="Arguments"/>.</param>
    internal void Feed(DuckDbChunk chunk)
    {
        // A few rows of each vector: the engine's threads seldom meet here.
        lock (_gate)
        {
            for (var at = 0; at < _looked.Length; at++)
            {
                Feed(_classifiers[_looked[at]], chunk[at]);
            }
        }
    }

    internal ColumnProposal[] Propose() => [.. _classifiers.Select(classifier => classifier.Propose())];

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
