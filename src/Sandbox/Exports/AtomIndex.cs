using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>The sealed atom index of one data set: what everything that left tells apart. It can always be made again from the releases.</summary>
/// <param name="Id">Name of the data set.</param>
/// <param name="Epoch">Names of the sealed segments that it was computed over, in order.</param>
/// <param name="Tables">Labels of the released tables that it holds, in order.</param>
/// <param name="Object">The sealed index; it names rows, so its key is the data set's.</param>
public sealed record AtomIndex(string Id, IReadOnlyList<string> Epoch, IReadOnlyList<string> Tables, ObjectRef Object) : IAggregate
{
    public static string Kind => "atom_index";
}
