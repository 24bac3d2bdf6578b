using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Arithmetic;
using Sandbox.Enclave.Tests.Making;
using Sandbox.SealOracle;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>One node-seal for the classes that hold ours against it.</summary>
public sealed class Witness : IDisposable
{
    internal SealWitness Seal { get; } = new(TestBench.Engines.Node, TestBench.Engines.NodeModules("node-seal"));

    public void Dispose() => Seal.Dispose();
}

/// <summary>What the tests of the scheme share.</summary>
internal static class Sets
{
    /// <summary>Every parameter set by name.</summary>
    public static TheoryData<string> Names => [.. ParameterSet.All.Select(set => set.Name)];

    /// <summary>Every set on every path that this machine has.</summary>
    public static TheoryData<string, string> OnPaths
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var set in ParameterSet.All)
            {
                foreach (var path in Enum.GetValues<KernelPath>().Where(KernelPaths.Supported))
                {
                    data.Add(set.Name, path.ToString());
                }
            }

            return data;
        }
    }

    /// <summary>Slot values of every size and sign up to the limits, the same for the same seed.</summary>
    public static long[] Values(ParameterSet set, int seed)
    {
        var random = new Random(seed);
        var values = new long[set.Slots];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i % 8) switch
            {
                0 => set.LargestMagnitude,
                1 => -set.LargestMagnitude,
                2 => 0,
                3 => random.Next(-100, 100),
                _ => random.NextInt64(-set.LargestMagnitude, set.LargestMagnitude + 1),
            };
        }

        return values;
    }
}
