using System.Buffers.Binary;
using System.Security.Cryptography;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>
/// The keyed functions of a build child: tokens, sample buckets and row order. They are registered in that child's engine only, which never sees user SQL.
/// Owns its keys until disposed.
/// </summary>
internal sealed class KeyedFunctions : IDisposable
{
    /// <summary>Number of sample buckets of a data set.</summary>
    public const int Buckets = 1000;

    private const int BlockLength = 16;

    private readonly DuckDbConnection _connection;
    private readonly Suite _suite;
    private readonly List<IDisposable> _keys = [];
    private readonly List<byte[]> _blockKeys = [];
    private bool _token;

    /// <param name="connection">The build child's connection.</param>
    /// <param name="suite">The domain's suite.</param>
    /// <param name="tokenKey">Key of tokens; empty when the zone has none.</param>
    public KeyedFunctions(DuckDbConnection connection, Suite suite, ReadOnlySpan<byte> tokenKey)
    {
        _connection = connection;
        _suite = suite;
        if (!tokenKey.IsEmpty)
        {
            var hash = suite.CreateKeyedHash(tokenKey);
            _keys.Add(hash);
            _token = true;
            Register("sandbox_token", [DuckDbTypeId.Varchar], DuckDbTypeId.UHugeInt, (chunk, output, _) => Tokens(hash, chunk[0], output));
        }
    }

    /// <summary>SQL of the token of a text: the first 128 bits of its keyed hash.</summary>
    public string? Token(string text) => _token ? $"system.main.sandbox_token({text})" : null;

    /// <summary>Registers a keyed order of rows, named <paramref name="name"/>: (place of the segment, row in it) → 64 bits.</summary>
    public void AddOrder(string name, ReadOnlySpan<byte> key)
    {
        var own = Keep(key);
        Register(name, [DuckDbTypeId.BigInt, DuckDbTypeId.BigInt], DuckDbTypeId.UBigInt, (chunk, output, _) => Order(own, chunk, output));
    }

    /// <summary>Registers buckets of subjects: text → 0…999. Equal subjects fall into one bucket.</summary>
    public void AddSubjectBuckets(string name, ReadOnlySpan<byte> key)
    {
        var hash = _suite.CreateKeyedHash(key);
        _keys.Add(hash);
        Register(name, [DuckDbTypeId.Varchar], DuckDbTypeId.Integer, (chunk, output, _) => SubjectBuckets(hash, chunk[0], output));
    }

    public void Dispose()
    {
        _token = false;
        _keys.ForEach(key => key.Dispose());
        _blockKeys.ForEach(key => CryptographicOperations.ZeroMemory(key));
    }

    private static void Tokens(KeyedHash hash, DuckDbVector input, DuckDbVector output)
    {
        Span<byte> code = stackalloc byte[Suite.HashLength];
        var tokens = output.Writable<UInt128>();
        for (var row = 0; row < input.Rows; row++)
        {
            if (input.IsNull(row))
            {
                output.SetNull(row);
            }
            else
            {
                hash.Compute(input.Bytes(row), code);
                tokens[row] = BinaryPrimitives.ReadUInt128BigEndian(code);
            }
        }
    }

    private static void SubjectBuckets(KeyedHash hash, DuckDbVector input, DuckDbVector output)
    {
        Span<byte> code = stackalloc byte[Suite.HashLength];
        var buckets = output.Writable<int>();
        for (var row = 0; row < input.Rows; row++)
        {
            if (input.IsNull(row))
            {
                // A row without a subject is in nobody's sample.
                output.SetNull(row);
            }
            else
            {
                hash.Compute(input.Bytes(row), code);
                buckets[row] = (int)(BinaryPrimitives.ReadUInt64BigEndian(code) % Buckets);
            }
        }
    }

    private void Order(byte[] key, DuckDbChunk chunk, DuckDbVector output)
    {
        var rows = chunk.Rows;
        Span<byte> blocks = new byte[rows * BlockLength];
        var segments = chunk[0].Values<long>();
        var places = chunk[1].Values<long>();
        for (var row = 0; row < rows; row++)
        {
            BinaryPrimitives.WriteInt64BigEndian(blocks.Slice(row * BlockLength, 8), segments[row]);
            BinaryPrimitives.WriteInt64BigEndian(blocks.Slice((row * BlockLength) + 8, 8), places[row]);
        }

        _suite.PermuteBlocks(key, blocks);
        var ordered = output.Writable<ulong>();
        for (var row = 0; row < rows; row++)
        {
            ordered[row] = BinaryPrimitives.ReadUInt64BigEndian(blocks.Slice(row * BlockLength, 8));
        }
    }

    private byte[] Keep(ReadOnlySpan<byte> key)
    {
        var own = GC.AllocateArray<byte>(key.Length, pinned: true);
        key.CopyTo(own);
        _blockKeys.Add(own);
        return own;
    }

    private void Register(string name, IReadOnlyList<DuckDbTypeId> parameters, DuckDbTypeId result, ScalarBody body) =>
        ScalarFunctionHost.Register(_connection, new ScalarFunction { Name = name, Parameters = parameters, Result = result, Body = body, SeesMissing = true });
}
