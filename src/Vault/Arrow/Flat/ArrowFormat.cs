namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Numbers of the Arrow columnar format (Schema.fbs, Message.fbs, File.fbs of format version 1.x).</summary>
internal static class ArrowFormat
{
    internal const uint Continuation = 0xFFFFFFFF;

    internal const short VersionV4 = 3;
    internal const short VersionV5 = 4;

    internal const byte HeaderSchema = 1;
    internal const byte HeaderDictionary = 2;
    internal const byte HeaderBatch = 3;

    internal const byte TypeNull = 1;
    internal const byte TypeInt = 2;
    internal const byte TypeFloat = 3;
    internal const byte TypeBinary = 4;
    internal const byte TypeUtf8 = 5;
    internal const byte TypeBool = 6;
    internal const byte TypeDecimal = 7;
    internal const byte TypeDate = 8;
    internal const byte TypeTime = 9;
    internal const byte TypeTimestamp = 10;
    internal const byte TypeFixedBinary = 15;
    internal const byte TypeDuration = 18;
    internal const byte TypeLargeBinary = 19;
    internal const byte TypeLargeUtf8 = 20;

    internal const int FieldNodeBytes = 16;
    internal const int BufferBytes = 16;
    internal const int BlockBytes = 24;

    internal static int Pad8(int length) => checked((length + 7) & ~7);
}
