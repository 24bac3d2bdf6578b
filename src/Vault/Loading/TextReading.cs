using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>
/// One column of texts, read as one type by a function inside the engine while its rows stream by. A text that is not of the type gives nothing;
/// that it was so is remembered here, and which other types that text and all that follow it could be. Runs on all of the engine's threads.
/// </summary>
internal sealed class TextReading
{
    private readonly string _name;
    private int _possible = ~0;
    private int _present;
    private int _unmade;

    private TextReading(string name) => _name = name;

    /// <summary>Types of which every text was that has failed, as bits of <see cref="TextTypes.Lossless"/>; all when none has.</summary>
    internal int Possible => Volatile.Read(ref _possible);

    /// <summary>Whether a text was not of the type.</summary>
    internal bool Failed => Possible != ~0;

    /// <summary>Whether there was any text.</summary>
    internal bool Present => Volatile.Read(ref _present) != 0;

    /// <summary>Whether every text ended in .0: a spreadsheet has made numbers of codes.</summary>
    internal bool MadeBySpreadsheet => Present && Volatile.Read(ref _unmade) == 0;

    /// <param name="connection">Of the engine that will read.</param>
    /// <param name="name">A name that was not used before.</param>
    /// <param name="type">The type; null is returned when no form of it is known here.</param>
    /// <param name="declared">Whether the provider says that it is of the type: then its wider forms are taken.</param>
    internal static TextReading? Register(DuckDbConnection connection, string name, StoredKind type, bool declared)
    {
        var reading = new TextReading(name);
        (DuckDbTypeId Result, ScalarBody Body)? way = (type, declared) switch
        {
            (StoredKind.Whole64, false) => (DuckDbTypeId.BigInt, reading.Read<LosslessWhole, long>),
            (StoredKind.Whole64, true) => (DuckDbTypeId.BigInt, reading.Read<DeclaredWhole, long>),
            (StoredKind.Floating64, false) => (DuckDbTypeId.Double, reading.Read<LosslessFloating, double>),
            (StoredKind.Floating64, true) => (DuckDbTypeId.Double, reading.Read<DeclaredFloating, double>),
            (StoredKind.Date, _) => (DuckDbTypeId.Date, reading.Read<TextDate, int>),
            (StoredKind.Timestamp, false) => (DuckDbTypeId.Timestamp, reading.Read<LosslessTimestamp, long>),
            (StoredKind.Timestamp, true) => (DuckDbTypeId.Timestamp, reading.Read<DeclaredTimestamp, long>),
            (StoredKind.Boolean, false) => (DuckDbTypeId.Boolean, reading.Read<LosslessBoolean, byte>),
            (StoredKind.Boolean, true) => (DuckDbTypeId.Boolean, reading.Read<DeclaredBoolean, byte>),
            _ => null,
        };
        if (way is null)
        {
            return null;
        }

        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = name,
            Parameters = [DuckDbTypeId.Varchar],
            Result = way.Value.Result,
            Body = way.Value.Body,
            SeesMissing = true,
            Volatile = true,
        });
        return reading;
    }

    internal string Sql(string text) => $"system.main.{_name}({text})";

    private void Read<TValue, T>(DuckDbChunk input, DuckDbVector output, object? state)
        where TValue : ITextValue<T>
        where T : unmanaged
    {
        var texts = input[0];
        var values = output.Writable<T>();
        var (present, unmade, possible) = (false, false, ~0);
        for (var row = 0; row < values.Length; row++)
        {
            if (texts.IsNull(row))
            {
                output.SetNull(row);
                continue;
            }

            var text = texts.Bytes(row);
            present = true;
            unmade = unmade || !text.EndsWith(".0"u8);
            if (!TValue.TryRead(text, out values[row]))
            {
                output.SetNull(row);
                possible &= possible == 0 ? 0 : TextTypes.Of(text);
            }
        }

        if (present && Volatile.Read(ref _present) == 0)
        {
            Volatile.Write(ref _present, 1);
        }

        if (unmade && Volatile.Read(ref _unmade) == 0)
        {
            Volatile.Write(ref _unmade, 1);
        }

        if (possible != ~0)
        {
            Interlocked.And(ref _possible, possible);
        }
    }
}
