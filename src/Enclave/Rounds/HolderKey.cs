using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>Somebody who is known to the key holder by a signing key.</summary>
public sealed record RoundParty(string Id, string Key);

/// <summary>
/// The public half of a round's key with the bureau's signature over whom it is for: without it the platform could hand out a key of its own, or invent contributors.
/// Bytes: <c>SBHK</c>, version 1, length of the statement (4 bytes), the statement, the public key.
/// </summary>
public sealed class HolderKey
{
    /// <summary>What the bureau's signature is for.</summary>
    public const string Label = "sandbox/he-key/v1";

    private const int HeadBytes = 9, MostStatement = 4 * 1024 * 1024, MostParties = 10_000;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, MaxDepth = 4 };

    private readonly SignedStatement _statement;

    private HolderKey(SignedStatement statement, KeyForm form, ParameterSet parameters, byte[] publicKey)
    {
        _statement = statement;
        Parameters = parameters;
        PublicKey = publicKey;
        (Contributors, Witnesses, MinimumContributors) = (form.Contributors, form.Witnesses, form.MinimumContributors);
    }

    /// <summary>The bureau's signing key.</summary>
    public PublicKey Holder => _statement.Key;

    /// <summary>The encryption's parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The public key in SEAL's wire format.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Those whom the bureau knows to be contributors; terms may name no others.</summary>
    public IReadOnlyList<RoundParty> Contributors { get; }

    /// <summary>Those who must all have added up the contributions again before a total is opened.</summary>
    public IReadOnlyList<RoundParty> Witnesses { get; }

    /// <summary>Contributors below which the bureau opens nothing.</summary>
    public int MinimumContributors { get; }

    /// <summary>Signs a new public key. Runs at the bureau.</summary>
    /// <exception cref="EnclaveException">SB-HE-22: too few contributors or witnesses, or one is named twice.</exception>
    public static HolderKey Sign(
        SigningKey holder, ParameterSet parameters, byte[] publicKey, IReadOnlyList<RoundParty> contributors, IReadOnlyList<RoundParty> witnesses, int minimum)
    {
        ArgumentNullException.ThrowIfNull(holder);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(publicKey);
        var form = new KeyForm(contributors, minimum, parameters.Name, SignedRound.DigestOfKey(holder.Suite, publicKey), witnesses);
        if (!Holds(form, holder.Public) || publicKey.Length != parameters.PublicKeyBytes)
        {
            throw new EnclaveException(RoundRefusals.Parties());
        }

        return new(SignedStatement.Sign(holder, Label, JsonSerializer.SerializeToNode(form, Strict)!.AsObject()), form, parameters, publicKey);
    }

    /// <summary>Reads a key that somebody sent; null unless the expected bureau signed it.</summary>
    public static HolderKey? FromUntrusted(ReadOnlySpan<byte> bytes, PublicKey holder)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith("SBHK\u0001"u8))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]);
        if (length is < 1 or > MostStatement || bytes.Length - HeadBytes < length || Statements.Verify(bytes.Slice(HeadBytes, length), Label, holder) is not { } statement
            || Read(statement.Payload) is not { } form || ParameterSet.Named(form.ParameterSet) is not { } parameters || !Holds(form, holder))
        {
            return null;
        }

        var publicKey = bytes[(HeadBytes + length)..];
        return publicKey.Length == parameters.PublicKeyBytes && SignedRound.DigestOfKey(statement.Key.Suite, publicKey) == form.PublicKey
            ? new(statement, form, parameters, publicKey.ToArray())
            : null;
    }

    /// <summary>The bytes that <see cref="FromUntrusted"/> reads.</summary>
    public byte[] ToBytes()
    {
        var statement = _statement.ToBytes();
        var bytes = new byte[HeadBytes + statement.Length + PublicKey.Length];
        "SBHK\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), statement.Length);
        statement.CopyTo(bytes, HeadBytes);
        PublicKey.CopyTo(bytes.AsMemory(HeadBytes + statement.Length));
        return bytes;
    }

    /// <summary>Whether terms keep to what the bureau signed.</summary>
    internal bool Covers(SignedRound round)
    {
        var known = Contributors.ToDictionary(party => party.Id, party => party.Key, StringComparer.Ordinal);
        return round.Terms.Parameters == Parameters && round.Terms.HolderKey == Holder.ToString() && round.Terms.MinimumContributors >= MinimumContributors
            && round.Terms.PublicKeyDigest == SignedRound.DigestOfKey(round.Suite, PublicKey.Span)
            && round.Terms.Contributors.All(contributor => known.GetValueOrDefault(contributor.Id) == contributor.Key);
    }

    private static KeyForm? Read(JsonObject payload)
    {
        try
        {
            return payload.Deserialize<KeyForm>(Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A witness that is the holder could open what it adds up again.
    private static bool Holds(KeyForm form, PublicKey holder) =>
        form.MinimumContributors >= RoundTerms.FewestContributors && form.Contributors.Count >= form.MinimumContributors && form.Contributors.Count <= MostParties
        && form.Witnesses.Count is >= 1 and <= MostParties && AreDistinct(form.Contributors) && AreDistinct(form.Witnesses)
        && !form.Witnesses.Concat(form.Contributors).Any(party => party.Key == holder.ToString());

    private static bool AreDistinct(IReadOnlyList<RoundParty> parties) =>
        parties.All(party => party is { Id.Length: >= 1 and <= 64 } && Statements.Key(party.Key) is not null)
        && parties.DistinctBy(party => party.Id, StringComparer.Ordinal).Count() == parties.Count && parties.DistinctBy(party => party.Key, StringComparer.Ordinal).Count() == parties.Count;

    private sealed record KeyForm(IReadOnlyList<RoundParty> Contributors, int MinimumContributors, string ParameterSet, string PublicKey, IReadOnlyList<RoundParty> Witnesses);
}
