using System.Globalization;
using System.Text.RegularExpressions;

namespace Sandbox.Vault.Queries;

/// <summary>What a parameter's value is to the engine.</summary>
public enum ParameterKind
{
    /// <summary>Text; where a statement compares it with a date or a number the engine reads it as that.</summary>
    Text = 0,

    /// <summary>A whole number of 64 bits.</summary>
    Whole,

    /// <summary>A double.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,
}

/// <summary>A value that stands in a statement as <c>$name</c>. It is bound, never pasted into the text: no value can become SQL.</summary>
/// <param name="Name">Without the dollar sign: a letter, then letters, digits and underscores, 63 in all.</param>
/// <param name="Kind">How the engine gets it.</param>
/// <param name="Value">The value without culture, at most <see cref="Longest"/> characters.</param>
public sealed partial record QueryParameter(string Name, ParameterKind Kind, string Value)
{
    /// <summary>Parameters of one statement.</summary>
    public const int Most = 64;

    /// <summary>Characters of a value.</summary>
    public const int Longest = 4096;

    /// <summary>Reads <c>name=value</c>: a whole or decimal number, true, false, or else a text; in single quotes always a text.</summary>
    /// <returns>Null for another form.</returns>
    public static QueryParameter? Of(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        var at = word.IndexOf('=', StringComparison.Ordinal);
        if (at < 0 || !NameForm().IsMatch(word[..at]))
        {
            return null;
        }

        var (name, value) = (word[..at], word[(at + 1)..]);
        QueryParameter parameter = value switch
        {
            "true" or "false" => new(name, ParameterKind.Flag, value),
            ['\'', .. var text, '\''] => new(name, ParameterKind.Text, text),
            _ when WholeForm().IsMatch(value) && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => new(name, ParameterKind.Whole, value),
            _ when NumberForm().IsMatch(value) => new(name, ParameterKind.Number, value),
            _ => new(name, ParameterKind.Text, value),
        };
        return parameter.Holds ? parameter : null;
    }

    /// <summary>Whether the parts keep to their forms: a request is checked again where it is used.</summary>
    internal bool Holds => NameForm().IsMatch(Name) && Value.Length <= Longest && !Value.Contains('\0', StringComparison.Ordinal) && Kind switch
    {
        ParameterKind.Text => true,
        ParameterKind.Whole => long.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        ParameterKind.Number => double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
        ParameterKind.Flag => Value is "true" or "false",
        _ => false,
    };

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    // No leading zeros: 0431 is a code, not a number.
    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeForm();

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();
}
