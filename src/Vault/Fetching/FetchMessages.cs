using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Vault.Fetching;

/// <summary>Host to fetch child, for one connection.</summary>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="Target">Path and query, with the place of the page's number.</param>
/// <param name="Roots">Trusted certificates, PEM; null where there is no TLS.</param>
/// <param name="FirstPage">With which page to begin.</param>
/// <param name="LastDigest">Digest of the page before it, in hexadecimal; empty for none.</param>
/// <param name="MostBytes">Most bytes to hand over.</param>
/// <param name="MostRead">Most bytes to read: much may stand around a few records.</param>
internal sealed record FetchWork(
    string Origin, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string? Roots, string? RecordsAt, string? EntityTag, int FirstPage, string LastDigest, long MostBytes, long MostRead);

/// <summary>How far a connection took the child.</summary>
internal enum FetchEnd
{
    Unknown = 0,

    /// <summary>The last page is there.</summary>
    Whole,

    /// <summary>The other side closed the connection between two pages.</summary>
    Closed,

    /// <summary>Nothing changed since the given tag.</summary>
    Unchanged,
}

/// <summary>Fetch child to host, at the end of a connection. Checked again by the host.</summary>
/// <param name="NextPage">The page that was not read yet.</param>
/// <param name="LastDigest">Digest of the last page that was read.</param>
/// <param name="Read">Bytes of the answers.</param>
internal sealed record FetchReport(FetchEnd End, int NextPage, string LastDigest, string? EntityTag, long Read);

/// <summary>Strict JSON of the fetch role's messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FetchWork))]
[JsonSerializable(typeof(FetchReport))]
internal sealed partial class FetchJson : JsonSerializerContext;
