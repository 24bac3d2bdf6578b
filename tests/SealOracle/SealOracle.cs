using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sandbox.SealOracle;

/// <summary>node-seal (Microsoft SEAL 4.1.2) as an outside witness: a plain child process of the pinned Node, one operation at a time.</summary>
internal sealed class SealWitness : IDisposable
{
    private readonly Process _process;
    private readonly object _turn = new();

    /// <param name="node">The pinned Node binary.</param>
    /// <param name="nodeSeal">The folder of node-seal.</param>
    public SealWitness(string node, string nodeSeal)
    {
        _process = Process.Start(new ProcessStartInfo(node, [Path.Combine(AppContext.BaseDirectory, "seal-oracle.mjs"), nodeSeal])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Does an operation of the script.</summary>
    /// <returns>Its values and frames.</returns>
    /// <exception cref="SealWitnessException">SEAL threw.</exception>
    public (JsonObject Values, byte[][] Frames) Do(string operation, string set, IEnumerable<byte[]> frames, JsonObject? more = null)
    {
        lock (_turn)
        {
            byte[][] inputs = [.. frames];
            var request = more ?? [];
            (request["op"], request["set"], request["frames"]) = (operation, set, inputs.Length);
            var pipe = _process.StandardInput.BaseStream;
            pipe.Write(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
            var head = new byte[4];
            foreach (var frame in inputs)
            {
                BinaryPrimitives.WriteInt32LittleEndian(head, frame.Length);
                pipe.Write(head);
                pipe.Write(frame);
            }

            pipe.Flush();
            var output = _process.StandardOutput.BaseStream;
            List<byte> line = [];
            for (var next = output.ReadByte(); next != '\n'; next = output.ReadByte())
            {
                line.Add(next >= 0 ? (byte)next : throw new SealWitnessException("node-seal ended"));
            }

            var values = JsonNode.Parse(CollectionsMarshal.AsSpan(line))!.AsObject();
            if (values["error"] is { } error)
            {
                throw new SealWitnessException(error.ToString());
            }

            var results = new byte[values["frames"]!.GetValue<int>()][];
            for (var i = 0; i < results.Length; i++)
            {
                output.ReadExactly(head);
                results[i] = new byte[BinaryPrimitives.ReadInt32LittleEndian(head)];
                output.ReadExactly(results[i]);
            }

            return (values, results);
        }
    }

    /// <summary>The only frame of an operation.</summary>
    public byte[] One(string operation, string set, params byte[][] frames) => Do(operation, set, frames).Frames[0];

    /// <summary>Opens ciphertexts and tells their noise budgets.</summary>
    public (long[][] Vectors, int[] Budgets) Decrypt(string set, byte[] secretKey, params byte[][] ciphertexts)
    {
        var (values, frames) = Do("decrypt", set, [secretKey, .. ciphertexts]);
        return ([.. frames.Select(Longs)], values["budgets"].Deserialize<int[]>()!);
    }

    /// <summary>Whole numbers as a frame.</summary>
    public static byte[] Frame(ReadOnlySpan<long> values) => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>A frame as whole numbers.</summary>
    public static long[] Longs(byte[] frame) => MemoryMarshal.Cast<byte, long>(frame).ToArray();

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

/// <summary>SEAL refused.</summary>
internal sealed class SealWitnessException(string message) : Exception(message);
