using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.Queries;

/// <summary>How one column's values lie in a vector and what they are called, read once for each answer.</summary>
internal sealed class CellShape
{
    private CellShape(DuckDbTypeId id)
    {
        Id = id;
    }

    public DuckDbTypeId Id { get; }

    /// <summary>Integer type under a decimal or enum.</summary>
    public DuckDbTypeId Storage { get; private init; }

    public int Scale { get; private init; }

    public string[] EnumEntries { get; private init; } = [];

    /// <summary>Parts of a struct (with names), or the one part of a list; a map is a list of key and value.</summary>
    public IReadOnlyList<(string Name, CellShape Shape)> Parts { get; private init; } = [];

    public CellType Type => Id switch
    {
        DuckDbTypeId.Boolean => CellType.Flag,
        DuckDbTypeId.TinyInt or DuckDbTypeId.SmallInt or DuckDbTypeId.Integer or DuckDbTypeId.BigInt
            or DuckDbTypeId.UTinyInt or DuckDbTypeId.USmallInt or DuckDbTypeId.UInteger => CellType.Whole,
        DuckDbTypeId.Float or DuckDbTypeId.Double => CellType.Floating,
        DuckDbTypeId.Decimal => CellType.Exact,
        _ => CellType.Text,
    };

    /// <summary>Shape of <paramref name="type"/>, or null for a type that is not shown (its values can be cast to text).</summary>
    public static CellShape? Of(DuckDbType type, int level = 0)
    {
        var id = type.Id;
        return id switch
        {
            _ when level > 8 => null,
            DuckDbTypeId.Decimal => new CellShape(id) { Storage = type.StorageId, Scale = type.DecimalScale },
            DuckDbTypeId.Enum => new CellShape(id) { Storage = type.StorageId, EnumEntries = type.EnumEntries() },
            DuckDbTypeId.List => Nested(id, level, ("", DuckDbNative.ListTypeChild(type.Native))),
            DuckDbTypeId.Map => Nested(id, level, ("", DuckDbNative.MapTypeKey(type.Native)), ("", DuckDbNative.MapTypeValue(type.Native))),
            DuckDbTypeId.Struct => Nested(id, level, StructParts(type.Native)),
            DuckDbTypeId.Boolean or DuckDbTypeId.TinyInt or DuckDbTypeId.SmallInt or DuckDbTypeId.Integer or DuckDbTypeId.BigInt
                or DuckDbTypeId.UTinyInt or DuckDbTypeId.USmallInt or DuckDbTypeId.UInteger or DuckDbTypeId.UBigInt
                or DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt or DuckDbTypeId.Float or DuckDbTypeId.Double
                or DuckDbTypeId.Varchar or DuckDbTypeId.Blob or DuckDbTypeId.Uuid or DuckDbTypeId.Date or DuckDbTypeId.Time
                or DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs or DuckDbTypeId.TimestampNs
                or DuckDbTypeId.TimestampTz or DuckDbTypeId.Interval or DuckDbTypeId.SqlNull => new CellShape(id),
            _ => null,
        };
    }

    private static (string Name, nint Type)[] StructParts(nint type)
    {
        var parts = new (string, nint)[DuckDbNative.StructTypeCount(type)];
        for (var i = 0; i < parts.Length; i++)
        {
            var name = DuckDbNative.StructTypeName(type, (ulong)i);
            parts[i] = (Marshal.PtrToStringUTF8(name) ?? "", DuckDbNative.StructTypeChild(type, (ulong)i));
            DuckDbNative.Free(name);
        }

        return parts;
    }

    private static CellShape? Nested(DuckDbTypeId id, int level, params (string Name, nint Type)[] parts)
    {
        var shapes = new List<(string, CellShape)>();
        foreach (var (name, native) in parts)
        {
            using var part = DuckDbType.Own(native);
            if (Of(part, level + 1) is { } shape)
            {
                shapes.Add((name, shape));
            }
        }

        return shapes.Count == parts.Length ? new CellShape(id) { Parts = shapes } : null;
    }
}
