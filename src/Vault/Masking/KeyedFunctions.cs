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
    private bool _formatToken;

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

    /// <summary>Registers tokens that keep the form, under a key of <see cref="Suite.KeyLength"/> bytes.</summary>
    public void AddFormatTokens(ReadOnlySpan<byte> key)
    {
        var own = Keep(key);
        ScalarFunctionHost.Register(_connection, new ScalarFunction
        {
            Name = "sandbox_format_token",
            Parameters = [DuckDbTypeId.Varchar],
            Result = DuckDbTypeId.Varchar,
            Body = static (chunk, output, state) => FormatTokens.Write((Ff1)state!, chunk[0], output),
            ThreadState = () => new Ff1(_suite, own),
            SeesMissing = true,
        });
        _formatToken = true;
    }

    /// <summary>A data set's key for keyed draws; lives as long as these functions.</summary>
    public KeyedHash Draws(ReadOnlySpan<byte> key)
    {
        var hash = _suite.CreateKeyedHash(key);
        _keys.Add(hash);
        return hash;
    }

    /// <summary>SQL of the token of a text that keeps its form; null without a key.</summary>
    public string? FormatToken(string text) => _formatToken ? $"system.main.sandbox_format_token({text})" : null;

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
        _token = _formatToken = false;
        _keys.ForEach(key => key.Dispose());
        _blockKeys.ForEach(key => CryptographicOperations.ZeroMemory(key));
    }

    private static void Tokens(KeyedHash hash, DuckDbVector input, DuckDbVector output)
    {
        Span<byte> codes = stackalloc byte[VectorHash.Run * Suite.HashLength];
        var tokens = output.Writable<UInt128>();
        using var hashed = new VectorHash(hash, input);
        for (var from = 0; from < input.Rows; from += VectorHash.Run)
        {
            var rows = Math.Min(VectorHash.Run, input.Rows - from);
            hashed.Compute(from, rows, codes);
            for (var i = 0; i < rows; i++)
            {
                if (input.IsNull(from + i))
                {
                    output.SetNull(from + i);
                }
                else
                {
                    tokens[from + i] = BinaryPrimitives.ReadUInt128BigEndian(codes[(i * Suite.HashLength)..]);
                }
            }
        }
    }

    private static void SubjectBuckets(KeyedHash hash, DuckDbVector input, DuckDbVector output)
    {
        Span<byte> codes = stackalloc byte[VectorHash.Run * Suite.HashLength];
        var buckets = output.Writable<int>();
        using var hashed = new VectorHash(hash, input);
        for (var from = 0; from < input.Rows; from += VectorHash.Run)
        {
            var rows = Math.Min(VectorHash.Run, input.Rows - from);
            hashed.Compute(from, rows, codes);
            for (var i = 0; i < rows; i++)
            {
                if (input.IsNull(from + i))
                {
                    // A row without a subject is in nobody's sample.
                    output.SetNull(from + i);
                }
                else
                {
                    buckets[from + i] = (int)(BinaryPrimitives.ReadUInt64BigEndian(codes[(i * Suite.HashLength)..]) % Buckets);
                }
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
