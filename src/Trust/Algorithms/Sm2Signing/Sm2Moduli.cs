namespace Sandbox.Trust;

/// <summary>The field of the SM2 curve: p = 2^256 − 2^224 − 2^96 + 2^64 − 1 (GB/T 32918.5).</summary>
internal readonly struct Sm2Prime : IModulus
{
    public static ulong M0 => 0xffffffffffffffff;

    public static ulong M1 => 0xffffffff00000000;

    public static ulong M2 => 0xffffffffffffffff;

    public static ulong M3 => 0xfffffffeffffffff;

    public static ulong Inverse => 1;

    public static Words Square => new(0x200000003, 0x2ffffffff, 0x100000001, 0x400000002);
}

/// <summary>The order n of its base point.</summary>
internal readonly struct Sm2Order : IModulus
{
    public static ulong M0 => 0x53bbf40939d54123;

    public static ulong M1 => 0x7203df6b21c6052b;

    public static ulong M2 => 0xffffffffffffffff;

    public static ulong M3 => 0xfffffffeffffffff;

    public static ulong Inverse => 0x327f9e8872350975;

    public static Words Square => new(0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b);
}
