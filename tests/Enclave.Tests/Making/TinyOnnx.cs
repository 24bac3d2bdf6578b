using System.Text;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>Writes one ONNX graph byte by byte: a regression tree of one split, so that tests can say something wrong at one place.</summary>
internal static class TinyOnnx
{
    /// <param name="good">A word of the file.</param>
    /// <param name="bad">What stands at its first place instead.</param>
    public static byte[] Regressor(string? good = null, string? bad = null)
    {
        var left = good is null ? 0 : 1;
        byte[] Text(string text)
        {
            var written = left > 0 && text == good ? bad! : text;
            left -= text == good ? 1 : 0;
            return Encoding.UTF8.GetBytes(written);
        }

        byte[] Numbers(string name, params long[] values) => Field(5, [.. Field(1, Text(name)), .. values.SelectMany(value => Number(8, value)), .. Number(20, 7)]);
        byte[] Singles(string name, params float[] values) => Field(5, [.. Field(1, Text(name)), .. values.SelectMany(value => (byte[])[(7 << 3) | 5, .. BitConverter.GetBytes(value)]), .. Number(20, 6)]);
        byte[] Words(string name, params string[] values) => Field(5, [.. Field(1, Text(name)), .. values.SelectMany(value => Field(9, Text(value))), .. Number(20, 8)]);
        byte[] Word(string name, string value) => Field(5, [.. Field(1, Text(name)), .. Field(4, Text(value)), .. Number(20, 3)]);

        byte[] node =
        [
            .. Field(1, "input"u8), .. Field(2, Text("variable")), .. Field(4, Text("TreeEnsembleRegressor")), .. Field(7, Text("ai.onnx.ml")),
            .. Numbers("nodes_treeids", 0, 0, 0), .. Numbers("nodes_nodeids", 0, 1, 2), .. Numbers("nodes_featureids", 1, 0, 0), .. Singles("nodes_values", 0.5f, 0, 0),
            .. Words("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"), .. Numbers("nodes_truenodeids", 1, 0, 0), .. Numbers("nodes_falsenodeids", 2, 0, 0),
            .. Numbers("target_treeids", 0, 0), .. Numbers("target_nodeids", 1, 2), .. Numbers("target_ids", 0, 0), .. Singles("target_weights", -1, 3),
            .. Field(5, [.. Field(1, Text("n_targets")), .. Number(3, 1), .. Number(20, 2)]), .. Word("aggregate_function", "SUM"), .. Word("post_transform", "NONE"),
        ];
        byte[] shape = [.. Field(1, Field(2, "N"u8)), .. Field(1, Number(1, 2))];
        byte[] input = [.. Field(1, "input"u8), .. Field(2, Field(1, [.. Number(1, 1), .. Field(2, shape)]))];
        byte[] graph = [.. Field(1, node), .. Field(2, "tree"u8), .. Field(11, input), .. Field(12, Field(1, "variable"u8))];
        return [.. Number(1, 8), .. Field(8, [.. Field(1, "ai.onnx.ml"u8), .. Number(2, 3)]), .. Field(7, graph)];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [.. Varint((ulong)(number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int number, long value) => [.. Varint((ulong)(number << 3)), .. Varint(unchecked((ulong)value))];

    private static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }
}
