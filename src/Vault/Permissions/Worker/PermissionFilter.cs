using System.Buffers.Binary;
using System.Globalization;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Permissions;

/// <summary>A <see cref="PermissionView"/> on its way to a child.</summary>
/// <param name="Book">Path of the opened book; null where nobody has given a permission.</param>
internal sealed record WirePermission(string? Book, int State, int Day)
{
    /// <summary>Opens the book beside the segments; null stays null.</summary>
    public static WirePermission? Of(PermissionView? view, OpenedSegments opened, ObjectStore store, DataKey key) =>
        view is null ? null : new(view.Book is { } book ? opened.Open(store, book, key) : null, view.State, view.Day.DayNumber);
}

/// <summary>The key that turns subjects into marks, on its way to a child.</summary>
internal sealed record WireMarks(string Suite, string KeysPath, KeySlot Key)
{
    /// <summary>Puts the key into a sealed file of its own; null where nothing is filtered.</summary>
    public static WireMarks? Of(bool filtered, OpenedSegments opened, DataKey key)
    {
        if (!filtered)
        {
            return null;
        }

        using var keys = new KeyFile();
        using var secret = key.Derive(PermissionBook.MarkLabel);
        var slot = keys.Add(secret);
        keys.Seal();
        return new(key.Suite.Name, opened.Add(keys.TakeMemory()), slot);
    }
}

/// <summary>The child's side: a function that says of a subject whether its permission held. A row of nobody known has none.</summary>
internal sealed class PermissionFilter : IDisposable
{
    private readonly Dictionary<string, string> _functions = new(StringComparer.Ordinal);
    private readonly DuckDbConnection _connection;
    private readonly KeyedHash _hash;
    private readonly string _name;

    /// <param name="name">Makes the functions' names unique in an engine.</param>
    public PermissionFilter(DuckDbConnection connection, Suite suite, ReadOnlySpan<byte> key, string name)
    {
        _connection = connection;
        _hash = suite.CreateKeyedHash(key);
        _name = name;
    }

    /// <summary>The filter of a request; null where nothing is filtered.</summary>
    public static PermissionFilter? Open(DuckDbConnection connection, WireMarks? marks)
    {
        if (marks is null)
        {
            return null;
        }

        using var keys = new KeyReader(marks.KeysPath);
        return new PermissionFilter(connection, Suite.ByName(marks.Suite), keys[marks.Key], "0");
    }

    /// <summary>SQL that is true for the rows whose subject's permission holds.</summary>
    /// <param name="filter">Null where a view asks for none: every row.</param>
    /// <param name="source">The rows.</param>
    /// <param name="subject">Column of the subject.</param>
    /// <exception cref="WorkerRefusedException">There is no such column.</exception>
    public static string Condition(PermissionFilter? filter, SourceTable source, string? subject, WirePermission? permission)
    {
        if (permission is null)
        {
            return "true";
        }

        if (filter is null || subject is null)
        {
            throw new WorkerRefusedException(ZoneRefusals.ColumnRule);
        }

        _ = source.TypeOf(subject);
        return permission.Book is not { } book
            ? "false"
            : string.Create(CultureInfo.InvariantCulture, $"system.main.{filter.FunctionOf(book)}(CAST({DuckDbConnection.Quote(subject)} AS VARCHAR), {permission.State}::INTEGER, {permission.Day}::INTEGER)");
    }

    public void Dispose() => _hash.Dispose();

    private string FunctionOf(string path)
    {
        if (_functions.TryGetValue(path, out var known))
        {
            return known;
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < PermissionBook.HeadLength || !bytes.AsSpan(0, PermissionBook.HeadLength).SequenceEqual(PermissionBook.Head) || (bytes.Length - PermissionBook.HeadLength) % PermissionBook.EntryLength != 0)
        {
            throw new FrameException("The book of permissions is not what was agreed.");
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"sandbox_permitted_{_name}_{_functions.Count}");
        ScalarFunctionHost.Register(_connection, new ScalarFunction
        {
            Name = name,
            Parameters = [DuckDbTypeId.Varchar, DuckDbTypeId.Integer, DuckDbTypeId.Integer],
            Result = DuckDbTypeId.Boolean,
            Body = (input, output, _) => Permitted(_hash, bytes, input, output),
            SeesMissing = true,
        });
        _functions.Add(path, name);
        return name;
    }

    private static void Permitted(KeyedHash hash, byte[] book, DuckDbChunk input, DuckDbVector output)
    {
        Span<byte> codes = stackalloc byte[VectorHash.Run * Suite.HashLength];
        var subjects = input[0];
        var states = input[1].Values<int>();
        var days = input[2].Values<int>();
        var permitted = output.Writable<byte>();
        using var hashed = new VectorHash(hash, subjects);
        for (var from = 0; from < input.Rows; from += VectorHash.Run)
        {
            var rows = Math.Min(VectorHash.Run, input.Rows - from);
            hashed.Compute(from, rows, codes);
            for (var i = 0; i < rows; i++)
            {
                var row = from + i;
                permitted[row] = !subjects.IsNull(row) && Holds(book, BinaryPrimitives.ReadUInt128BigEndian(codes[(i * Suite.HashLength)..]), states[row], days[row]) ? (byte)1 : (byte)0;
            }
        }
    }

    // Entries are in the order of their marks: the first of a mark, then all of them.
    private static bool Holds(byte[] book, UInt128 mark, int state, int day)
    {
        var count = (book.Length - PermissionBook.HeadLength) / PermissionBook.EntryLength;
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (BinaryPrimitives.ReadUInt128BigEndian(Bytes(middle)) < mark)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < count && BinaryPrimitives.ReadUInt128BigEndian(Bytes(low)) == mark; low++)
        {
            if (PermissionBook.Entry(Bytes(low)).Holds(state, day))
            {
                return true;
            }
        }

        return false;

        ReadOnlySpan<byte> Bytes(int at) => book.AsSpan(PermissionBook.HeadLength + (at * PermissionBook.EntryLength), PermissionBook.EntryLength);
    }
}
