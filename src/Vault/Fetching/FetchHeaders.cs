using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Sandbox.Vault.Fetching;

/// <summary>Headers that a provider asks for, mostly one with a key: lines of <c>Name: value</c>.</summary>
public static class FetchHeaders
{
    private const int Most = 16, MostValue = 8192;
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What is about a body, which a question has none of, or says where a message ends, to whom it goes or how it is packed is ours to say.
    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Accept-Encoding", "Proxy-Authorization", "Proxy-Connection", "If-None-Match", "Range", "Cookie2", "Allow", "Expires", "Last-Modified",
    };

    /// <summary>Reads the lines; false where one is no header, or one that may not be given.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyList<KeyValuePair<string, string>>? headers)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new List<KeyValuePair<string, string>>();
        headers = null;
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || found.Count == Most || !Holds(line[..colon], line[(colon + 1)..].Trim()))
            {
                return false;
            }

            found.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        headers = found;
        return true;
    }

    internal static bool Holds(string name, string value) =>
        name.Length is > 0 and <= 100 && !name.AsSpan().ContainsAnyExcept(Token) && !Ours.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && value.Length is > 0 and <= MostValue && value.All(c => c is >= ' ' and < '\u007f');
}
