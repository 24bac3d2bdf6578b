using System.Text.Json;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Host.DataSets;

/// <summary>Whom the rows of a data set are about and which columns carry that set identifier, as its provider says (YN23 20).</summary>
/// <param name="About">The declaration.</param>
/// <param name="Columns">Column to what it is tagged as.</param>
public sealed record SetIdentifierTags(RowSubject About, IReadOnlyDictionary<string, SetIdentifier> Columns)
{
    /// <summary>Nothing is said.</summary>
    public static SetIdentifierTags None { get; } = new(RowSubject.Unknown, new Dictionary<string, SetIdentifier>());

    /// <summary>Reads the words of a command line; null where one is none of them or a column is tagged twice.</summary>
    /// <param name="about"><c>persons</c>, <c>legal-persons</c>, <c>organisations</c> or <c>nobody</c>; null for nothing said.</param>
    /// <param name="tags">Each as <c>column=identity-number</c>, <c>credit-code</c> or <c>other-code</c>.</param>
    internal static SetIdentifierTags? Read(string? about, IEnumerable<string> tags)
    {
        var columns = new Dictionary<string, SetIdentifier>(StringComparer.Ordinal);
        foreach (var pair in tags)
        {
            var at = pair.LastIndexOf('=');
            if (at < 1 || Of<SetIdentifier>(pair[(at + 1)..]) is not { } tag || !columns.TryAdd(pair[..at], tag))
            {
                return null;
            }
        }

        return about is null ? new(RowSubject.Unknown, columns) : Of<RowSubject>(about) is { } subject ? new(subject, columns) : null;
    }

    internal static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    internal SetIdentifier Of(string column) => Columns.GetValueOrDefault(column);

    /// <summary>What can be refused before the file is read; null when nothing is.</summary>
    internal Refusal? Lacking(OpenDomain domain) => SetIdentifierRules.Declared(About, [.. Columns.Values], Asked(domain)).Refusals is [var first, ..] ? first : null;

    /// <summary>What the recognised columns speak against.</summary>
    internal IReadOnlyList<Refusal> Against(OpenDomain domain, IReadOnlyList<(string Name, IdentifierKind Kind)> columns) =>
        Columns.Keys.Any(name => columns.All(column => column.Name != name)) ? [Refusals.Missing("column", "列", "?")]
        : [.. SetIdentifierRules.Recognised(About, [.. columns.Select(column => new TaggedColumn(column.Name, Of(column.Name), column.Kind))], Asked(domain)).Refusals];

    private static bool Asked(OpenDomain domain) => domain.Procedures.SetIdentifiers.Count > 0;

    private static T? Of<T>(string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) != 0 && Word(value) == word)
            {
                return value;
            }
        }

        return null;
    }
}
