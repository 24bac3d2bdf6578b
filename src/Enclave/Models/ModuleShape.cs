namespace Sandbox.Enclave.Models;

/// <summary>A function type: one byte a value.</summary>
internal sealed record FunctionType(byte[] Parameters, byte[] Results);

/// <summary>
/// The index spaces of a module. Every index in it is held against these counts, because what we add at the end of an index space must never be
/// what a formerly invalid index points to.
/// </summary>
internal sealed class ModuleShape
{
    public List<FunctionType> Types { get; } = [];

    /// <summary>Type of every function, imports first.</summary>
    public List<uint> Functions { get; } = [];

    public int ImportedFunctions { get; set; }

    public int Globals { get; set; }

    public int Tables { get; set; }

    public int Memories { get; set; }

    public int Elements { get; set; }

    /// <summary>Segments that the data count section states; null without that section.</summary>
    public uint? DataCount { get; set; }

    /// <summary>The value types of WebAssembly 2.0: i32, i64, f32, f64, v128, funcref, externref.</summary>
    public static byte ValueType(byte type) => type is (>= 0x7B and <= 0x7F) or 0x70 or 0x6F ? type : throw new MalformedModuleException("it uses a type outside WebAssembly 2.0");

    public static byte ReferenceType(byte type) => type is 0x70 or 0x6F ? type : throw new MalformedModuleException("it uses a type outside WebAssembly 2.0");

    public static void Demand(uint index, int count)
    {
        if (index >= (uint)count)
        {
            throw new MalformedModuleException("it names something that it does not have");
        }
    }
}
