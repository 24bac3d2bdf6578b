using System.Security.Cryptography;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Subjects;

/// <summary>A person who was verified by a document as the one whom an identifier names. The identifier itself is kept nowhere.</summary>
/// <param name="Id">The person.</param>
/// <param name="Commitment">Keyed commitment to the identifier, hex.</param>
/// <param name="Document">Kind of the document that was shown.</param>
/// <param name="Evidence">The window's record of it, sealed.</param>
/// <param name="Digest">Digest of that.</param>
public sealed record SubjectLink(string Id, string Commitment, string Document, ObjectRef Evidence, string Digest, string VerifiedBy, string Organisation, DateTimeOffset At) : IAggregate
{
    private const string KeyId = "subject-links";
    private const string Label = "subject/identifier";
    private const int MostBytes = 1024;

    public static string Kind => "subject_link";

    /// <summary>Reads a file that holds nothing but one identifier, as it stands in the subject columns.</summary>
    /// <exception cref="RefusedException">It holds something else.</exception>
    internal static string Read(byte[] file)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file).TrimStart('\uFEFF').TrimEnd('\r', '\n');
            if (file.Length <= MostBytes && text.Length is > 0 and <= 200 && text.Trim() == text && !text.Any(char.IsControl))
            {
                return text;
            }
        }
        catch (DecoderFallbackException)
        {
            // Refused below.
        }

        throw new RefusedException(Refusals.Form("identifier file (one identifier, in UTF-8)", "标识文件（仅含一个标识，UTF-8）"));
    }

    internal static string CommitmentTo(OpenDomain domain, string identifier, string actor)
    {
        using var key = domain.Key(KeyScope.Domain, KeyId, actor);
        using var secret = key.Derive(Label);
        return Convert.ToHexStringLower(domain.Keys.Suite.Hmac(secret.Bytes, Encoding.UTF8.GetBytes(identifier)));
    }

    /// <summary>Whether an identifier is the linked one.</summary>
    internal bool Is(OpenDomain domain, string identifier, string actor) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CommitmentTo(domain, identifier, actor)), Encoding.ASCII.GetBytes(Commitment));

    internal static Refusal NotVerified() => new(
        "YN23-24-1",
        "This person is not verified as a data subject, or the identifier is not the one that was verified.",
        "Show a document at the window of the bureau or a source department (subject verify), and give the identifier as it was shown.",
        "该人员尚未核验为数据主体，或所提供的标识与核验的标识不符。",
        "请到主管部门或数源部门窗口出示证件办理核验（subject verify），并提供相同的标识。");
}

/// <summary>Documents that this domain accepts; the profile's closed list where the bureau has set none.</summary>
/// <param name="Id">Always <see cref="OnlyId"/>.</param>
public sealed record AcceptedDocuments(string Id, IReadOnlyList<string> Documents, string SetBy, DateTimeOffset SetAt) : IAggregate
{
    internal const string OnlyId = "documents";

    public static string Kind => "accepted_documents";

    internal static IReadOnlyList<string> Of(OpenDomain domain) => domain.Registry.Find<AcceptedDocuments>(OnlyId)?.Documents ?? VerificationDocuments.Default.Accepted;
}
