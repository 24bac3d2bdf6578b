using System.Buffers.Binary;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>Sums inside one jailed process of node-seal, which lives as long as they do.</summary>
internal sealed class SealSum : CiphertextSum
{
    private const int FrameHeadBytes = 12;

    private readonly ParameterSet _parameters;
    private readonly SealChild _child;
    private readonly bool[] _any;
    private readonly byte[] _frame;
    private readonly byte[] _answer = new byte[1];

    private SealSum(ParameterSet parameters, int parts, SealChild child)
        : base(parameters, parts)
    {
        (_parameters, _child, _any, _frame) = (parameters, child, new bool[parts], new byte[FrameHeadBytes + parameters.CiphertextBytes]);
    }

    public static async Task<SealSum> StartAsync(ParameterSet parameters, int parts, SealChild child, CancellationToken cancellation)
    {
        try
        {
            var sum = new SealSum(parameters, parts, child);
            var head = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(head, parts);
            await child.SendAsync(head, cancellation).ConfigureAwait(false);
            return sum;
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<IReadOnlyList<byte[]?>> FinishAsync(CancellationToken cancellation = default)
    {
        await _child.SendAsync(ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        var sums = new byte[]?[Parts];
        for (var part = 0; part < Parts; part++)
        {
            var bytes = new byte[_any[part] ? _parameters.CiphertextBytes : 0];
            await _child.ReceiveAsync(bytes, cancellation).ConfigureAwait(false);
            sums[part] = bytes.Length > 0 && CiphertextFormat.Check(_parameters, bytes) == CiphertextProblem.None ? bytes : null;
        }

        await _child.CompleteAsync(cancellation).ConfigureAwait(false);
        return sums;
    }

    public override async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private protected override async ValueTask<CiphertextProblem> AddCheckedAsync(int part, ReadOnlyMemory<byte> ciphertext, long weight, CancellationToken cancellation)
    {
        if (CiphertextFormat.Check(_parameters, ciphertext.Span) is var problem and not CiphertextProblem.None)
        {
            return problem;
        }

        BinaryPrimitives.WriteInt32LittleEndian(_frame, part);
        BinaryPrimitives.WriteInt64LittleEndian(_frame.AsSpan(4), weight);
        ciphertext.CopyTo(_frame.AsMemory(FrameHeadBytes));
        await _child.SendAsync(_frame, cancellation).ConfigureAwait(false);
        await _child.ReceiveAsync(_answer, cancellation).ConfigureAwait(false);
        _any[part] |= _answer[0] == 1;
        return _answer[0] == 1 ? CiphertextProblem.None : CiphertextProblem.Refused;
    }
}
