using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>The opened numbers on their way from the key holder to the gate: signed by the holder, inside an envelope that only the gate opens.</summary>
public static class OpenedTable
{
    /// <summary>What the holder's signature over an opened table is for, and the label of the envelope.</summary>
    public const string Label = "sandbox/he-opened/v1";

    /// <summary>Reads what the holder sent; null unless it is of this total, signed by the holder of the terms, for this key.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="total">The total that the permit was for.</param>
    /// <param name="receiver">The gate's envelope key.</param>
    /// <param name="envelope">As it came.</param>
    public static RoundTotals? FromUntrusted(SignedRound round, EncryptedTotal total, EnvelopeKey receiver, ReadOnlySpan<byte> envelope)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(total);
        ArgumentNullException.ThrowIfNull(receiver);
        return receiver.Open(envelope, Label) is { } text
            && Statements.Key(round.Terms.HolderKey) is { } holder
            && Statements.Verify(text, Label, holder) is { } statement
            && Statements.Text(statement.Payload, "round") == round.Terms.RoundId
            && Statements.Text(statement.Payload, "terms") == round.Digest
            && Statements.Text(statement.Payload, "sum") == total.Digest
            && statement.Payload["cells"] is JsonArray array && array.Count == round.Terms.Cells
            && Cells(array) is { } cells
            ? new TotalsReader(round, total.Contributors).Read(total.Contributors, cells)
            : null;
    }

    internal static byte[] Seal(SignedRound round, EncryptedTotal total, long?[] cells, SigningKey holder)
    {
        // Numbers beyond 2^53 are not whole numbers to every reader of JSON, so all stand as text.
        var statement = SignedStatement.Sign(holder, Label, new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode?)cell?.ToString(CultureInfo.InvariantCulture))]),
            ["round"] = round.Terms.RoundId,
            ["sum"] = total.Digest,
            ["terms"] = round.Digest,
        });
        return Envelope.Seal(round.Suite, total.Receiver.Span, Label, statement.ToBytes());
    }

    private static long?[]? Cells(JsonArray array)
    {
        var cells = new long?[array.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            if (array[i] is not { } node)
            {
                continue;
            }

            if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            cells[i] = number;
        }

        return cells;
    }
}
