using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sandbox.Vault.Fetching;

/// <summary>
/// Address of a provider's interface: <c>https</c>, a host, a port, a path and a query that never change but for the number of the page. Plain <c>http</c> is taken for this very machine only.
/// Nothing that depends on data can be in it, so that asking tells nobody anything.
/// </summary>
public sealed record SourceAddress
{
    /// <summary>Stands in the address where the number of a page goes, from 1 on.</summary>
    public const string Page = "{page}";

    private const int MostCharacters = 2000;

    private SourceAddress(string text, string host, int port, bool secure, string target) => (Text, Host, Port, Secure, Target) = (text, host, port, secure, target);

    /// <summary>The whole address.</summary>
    public string Text { get; }

    /// <summary>Name or number of the host, in ASCII.</summary>
    public string Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Whether it is asked through TLS.</summary>
    public bool Secure { get; }

    /// <summary>Path and query, with <see cref="Page"/> where the number goes.</summary>
    public string Target { get; }

    /// <summary>Whether it is asked page by page.</summary>
    public bool Paged => Target.Contains(Page, StringComparison.Ordinal);

    /// <summary>Whether the host is named as this very machine.</summary>
    internal bool IsLoopback => IsLoopbackName(Host);

    /// <summary>Reads an address; false where it is none that may be asked.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out SourceAddress? address)
    {
        address = null;
        if (text is null || text.Length > MostCharacters || !text.All(c => c is > ' ' and < '\u007f') || text.Contains('#', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal))
        {
            return false;
        }

        // The number of a page stands in path or query, once.
        var parts = text.Split(Page);
        if (parts.Length > 2 || text.Replace(Page, "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}')
            || !Uri.TryCreate(string.Join('1', parts), UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.IdnHost.Length == 0 || uri.Port is < 1 or > 65535)
        {
            return false;
        }

        var secure = uri.Scheme == Uri.UriSchemeHttps;
        if (!secure && !(uri.Scheme == Uri.UriSchemeHttp && IsLoopbackName(uri.IdnHost)))
        {
            return false;
        }

        var authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var start = text.AsSpan(authority).IndexOfAny('/', '?');
        var target = start < 0 ? "/" : text[(authority + start)..];
        if ((start < 0 ? text : text[..(authority + start)]).Contains(Page, StringComparison.Ordinal) || uri.PathAndQuery != Numbered(target.StartsWith('/') ? target : "/" + target, 1))
        {
            return false;
        }

        address = new SourceAddress(text, uri.IdnHost, uri.Port, secure, target.StartsWith('/') ? target : "/" + target);
        return true;
    }

    /// <summary>A target with the number of a page in its place.</summary>
    internal static string Numbered(string target, int page) => target.Replace(Page, page.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static bool IsLoopbackName(string host) => host is "localhost" or "127.0.0.1" or "[::1]" or "::1";
}
