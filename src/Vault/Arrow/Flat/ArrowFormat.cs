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
    internal const byte TypeInterval = 11;
    internal const byte TypeList = 12;
    internal const byte TypeStruct = 13;
    internal const byte TypeUnion = 14;
    internal const byte TypeFixedBinary = 15;
    internal const byte TypeFixedList = 16;
    internal const byte TypeMap = 17;
    internal const byte TypeDuration = 18;
    internal const byte TypeLargeBinary = 19;
    internal const byte TypeLargeUtf8 = 20;
    internal const byte TypeLargeList = 21;
    internal const byte TypeRunEnds = 22;
    internal const byte TypeBinaryView = 23;
    internal const byte TypeUtf8View = 24;
    internal const byte TypeListView = 25;
    internal const byte TypeLargeListView = 26;

    internal const int DepthMost = 32;
    internal const int FieldsMost = 20_000;
    internal const int ViewBytes = 16;
    internal const int ViewInline = 12;

    internal const int FieldNodeBytes = 16;
    internal const int BufferBytes = 16;
    internal const int BlockBytes = 24;

    internal static int Pad8(int length) => checked((length + 7) & ~7);
}
