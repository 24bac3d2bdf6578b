namespace Sandbox.Trust;

/// <summary>An independent party that signs checkpoints of a ledger, each only if it continues the last one that it signed.</summary>
public static class Witness
{
    /// <summary>Checks a checkpoint against the last one seen and adds the witness's cosignature.</summary>
    /// <param name="checkpoint">The new checkpoint, perhaps with cosignatures of others.</param>
    /// <param name="ledger">The ledger's public key.</param>
    /// <param name="lastSeen">The last checkpoint that this witness signed; null only when it sees this ledger for the first time.</param>
    /// <param name="growth">A proof from <paramref name="lastSeen"/> to the new one; not needed where both have the same size.</param>
    /// <param name="name">The witness's name: 1–100 printable ASCII characters without blanks and plus.</param>
    /// <param name="key">The witness's own key.</param>
    /// <param name="now">Time of the cosignature.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-4 not a checkpoint of this ledger, TRUST-WITNESS-1 rolled back, TRUST-WITNESS-2 another history, TRUST-WITNESS-3 no proof from the last one.</exception>
    public static string Cosign(string checkpoint, PublicKey ledger, string? lastSeen, ReadOnlySpan<byte> growth, string name, SigningKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!LedgerHead.ValidOrigin(name))
        {
            throw new ArgumentException("A witness's name is 1–100 printable ASCII characters without blanks and plus.", nameof(name));
        }

        Continues(checkpoint, ledger, lastSeen, growth);
        return CosignedCheckpoint.Add(checkpoint, name, key, now);
    }

    /// <summary>Checks that a checkpoint continues an earlier one.</summary>
    /// <inheritdoc cref="Cosign" path="/exception"/>
    public static LedgerHead Continues(string checkpoint, PublicKey ledger, string? lastSeen, ReadOnlySpan<byte> growth)
    {
        var head = LedgerHead.Verify(CosignedCheckpoint.Bare(checkpoint), ledger);
        if (lastSeen is null)
        {
            return head;
        }

        var last = LedgerHead.Verify(CosignedCheckpoint.Bare(lastSeen), ledger);
        if (last.Origin != head.Origin || (last.Size == head.Size && !last.Root.AsSpan().SequenceEqual(head.Root)))
        {
            throw new TrustException(TrustRules.WitnessOtherHistory);
        }

        if (head.Size < last.Size)
        {
            throw new TrustException(TrustRules.WitnessRolledBack);
        }

        if (head.Size > last.Size && last.Size > 0)
        {
            if (growth.IsEmpty)
            {
                throw new TrustException(TrustRules.WitnessNoProof);
            }

            var proved = LedgerGrowth.Verify(growth, ledger, lastSeen);
            if (proved.Size != head.Size || !proved.Root.AsSpan().SequenceEqual(head.Root))
            {
                throw new TrustException(TrustRules.WitnessNoProof);
            }
        }

        return head;
    }
}
