using System.Text;

namespace Sandbox.Trust;

/// <summary>Known-answer tests that a suite passes before its first use.</summary>
internal static class SelfTest
{
    public static Suite Require(Suite suite) => Failures(suite).Count == 0 ? suite : throw new TrustException(TrustRules.SuiteSelfTest);

    /// <summary>Names of the algorithms that gave a wrong answer or threw.</summary>
    public static IReadOnlyList<string> Failures(Suite suite)
    {
        var answers = suite.Id == 1 ? KnownAnswer.Sm : KnownAnswer.Nist;
        var failures = new List<string>();
        Check(failures, "hash", () => Hex(suite.Hash("abc"u8)) == answers.HashOfAbc && InParts(suite) == answers.HashOfAbc);
        Check(failures, "hmac", () => Hex(suite.Hmac(Encoding.ASCII.GetBytes("Jefe"), "what do ya want for nothing?"u8)) == answers.HmacOfJefe);
        Check(failures, "block", () => Block(suite, answers));
        Check(failures, "aead", () => Aead(suite, answers));
        Check(failures, "signature", () => Signature(suite, answers));
        return failures;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static void Check(List<string> failures, string name, Func<bool> test)
    {
        try
        {
            if (!test())
            {
                failures.Add(name);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failures.Add(name);
        }
    }

    private static string InParts(Suite suite)
    {
        using var hash = suite.StartHash();
        hash.Append("a"u8);
        hash.Append("bc"u8);
        return Hex(hash.Finish());
    }

    private static bool Block(Suite suite, KnownAnswer answers)
    {
        var block = Convert.FromHexString(answers.BlockPlain);
        suite.PermuteBlocks(Convert.FromHexString(answers.BlockKey), block);
        return Hex(block) == answers.BlockCipher;
    }

    private static bool Aead(Suite suite, KnownAnswer answers)
    {
        using var key = suite.CreateAead(Convert.FromHexString(answers.AeadKey));
        var (nonce, plain, associated) = (Convert.FromHexString(answers.AeadNonce), Convert.FromHexString(answers.AeadPlain), Convert.FromHexString(answers.AeadAssociated));
        var (cipher, tag, back) = (new byte[plain.Length], new byte[AeadKey.TagLength], new byte[plain.Length]);
        key.Seal(nonce, plain, associated, cipher, tag);
        if (Hex(cipher) + Hex(tag) != answers.AeadCipherAndTag || !key.Open(nonce, cipher, tag, associated, back) || !back.AsSpan().SequenceEqual(plain))
        {
            return false;
        }

        tag[0] ^= 1;
        return !key.Open(nonce, cipher, tag, associated, back);
    }

    private static bool Signature(Suite suite, KnownAnswer answers)
    {
        using var signer = suite.CreateSigner(Convert.FromHexString(answers.Scalar));
        if (Hex(signer.PublicPoint) != answers.Point)
        {
            return false;
        }

        var verifier = suite.CreateVerifier(signer.PublicPoint);
        var signature = signer.Sign("sandbox"u8);
        var known = Convert.FromHexString(answers.Signature);
        return verifier.Verify("sandbox"u8, signature) && !verifier.Verify("Sandbox"u8, signature)
            && verifier.Verify(Encoding.ASCII.GetBytes(answers.Message), known) && !verifier.Verify("sandbox"u8, known);
    }
}
