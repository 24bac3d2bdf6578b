using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Rounds;

/// <summary>Changed files of a round, from a fixed seed: each is refused with a reason, or was not changed in what it says; nothing crashes and memory stays bounded.</summary>
public sealed class RoundFuzzTests(Offices offices) : IClassFixture<Offices>
{
    [Fact]
    public Task Five_thousand_changed_files_are_refused() => FuzzAsync(5_000, 20261121);

    [Fact]
    [Trait("Category", "Long")]
    public Task Two_hundred_thousand_changed_files_are_refused() => FuzzAsync(200_000, 20261122);

    private async Task FuzzAsync(int count, int seed)
    {
        ReadOnlyMemory<byte>[] parts = [.. offices.Submissions.Select(one => (ReadOnlyMemory<byte>)one)];
        var total = Assert.IsType<SumResult.Summed>(await new RoundSummation(offices.Backend).SumAsync(offices.Round, parts, offices.Receiver.Point.ToArray(), offices.Platform)).Total;
        var permit = offices.Permit(total);
        var witness = offices.Witnessed(total);
        var opened = Assert.IsType<OpeningResult.Opened>(await new RoundOpening(offices.Backend).OpenAsync(offices.Case(total, permit), offices.Keys.SecretKey, offices.Bureau)).Envelope;
        using var memory = new MemoryStream();
        RoundContainer.Write(memory, RoundContainer.ForOpening, [offices.Invitation.ToBytes(), total.Statement, permit, total.Ciphertexts[0], witness]);
        (byte[] Valid, Func<byte[], bool> Accepted)[] kinds =
        [
            (offices.Round.ToBytes(), bytes => SignedRound.FromUntrusted(bytes, offices.Platform.Public) is TermsResult.Accepted),
            (offices.Invitation.ToBytes(), bytes => Tried(() => RoundInvitation.FromUntrusted(bytes, offices.Platform.Public, offices.Bureau.Public))),
            (offices.HolderKey.ToBytes(), bytes => HolderKey.FromUntrusted(bytes, offices.Bureau.Public) is not null),
            (offices.Submissions[0], bytes => RoundSummation.CheckArrival(offices.Round, bytes, DateTimeOffset.UnixEpoch).Refusal is null),
            (total.Statement, bytes => EncryptedTotal.FromUntrusted(offices.Round, bytes, total.Ciphertexts) is not null),
            (total.Ciphertexts[0], bytes => EncryptedTotal.FromUntrusted(offices.Round, total.Statement, [bytes]) is not null),
            (permit, bytes => RoundOpening.Check(offices.Case(total, bytes), offices.Bureau.Public) is null),
            (witness, bytes => RoundOpening.Check(new OpeningCase(offices.Invitation, total, permit, [bytes], []), offices.Bureau.Public) is null),
            (opened, bytes => OpenedTable.FromUntrusted(offices.Round, total, offices.Receiver, bytes) is not null),
            (memory.ToArray(), bytes => Tried(() => Whole(bytes))),
        ];
        Assert.All(kinds, kind => Assert.True(kind.Accepted(kind.Valid), "a valid file is refused"));
        var draw = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (valid, accepted) = kinds[i % kinds.Length];
            var changed = Change(valid, kinds[draw.Next(kinds.Length)].Valid, draw);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var taken = accepted(changed);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(!taken || changed.AsSpan().SequenceEqual(valid), $"kind {i % kinds.Length}, file {i} of seed {seed}: a changed file is taken");

            // What a reading may hold at most: copies of the file's parts, and what its terms and ciphertexts parse into.
            Assert.True(allocated < (8L << 20) + (4L * changed.Length), $"kind {i % kinds.Length}, file {i}: {allocated} bytes");
        }
    }

    private static bool Tried(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (EnclaveException)
        {
            return false;
        }
    }

    private void Whole(byte[] bytes)
    {
        using var container = RoundContainer.FromUntrusted(new MemoryStream(bytes), RoundContainer.ForOpening);
        var invitation = RoundInvitation.FromUntrusted(container.Next(RoundInvitation.MostBytes), offices.Platform.Public, offices.Bureau.Public);
        var (statement, permit) = (container.Next(1 << 20), container.Next(1 << 16));
        var total = EncryptedTotal.FromUntrusted(invitation.Round, statement, [container.Next(ParameterSet.A.CiphertextBytes)]) ?? throw new EnclaveException(RoundRefusals.NotATotal());
        var refusal = RoundOpening.Check(new(invitation, total, permit, [container.Next(1 << 20)], []), offices.Bureau.Public);
        if (refusal is not null || container.NextOrEnd(1) is not null)
        {
            throw new EnclaveException(RoundRefusals.Container());
        }
    }

    private static byte[] Change(byte[] valid, byte[] other, Random draw)
    {
        var bytes = valid.ToList();
        for (var changes = draw.Next(1, 4); changes > 0; changes--)
        {
            var at = draw.Next(bytes.Count);
            switch (draw.Next(6))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << draw.Next(8));
                    break;
                case 2:
                    // Mostly in the head, where lengths stand.
                    bytes[Math.Min(draw.Next(16), bytes.Count - 1)] = (byte)draw.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(draw.Next(1, 64), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, other.Take(draw.Next(1, 64)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
            {
                return [];
            }
        }

        return [.. bytes];
    }
}
