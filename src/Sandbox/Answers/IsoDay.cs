using System.Globalization;

namespace Sandbox.Host.Answers;

/// <summary>A day as files, entries and answers write it: yyyy-MM-dd (ISO 8601).</summary>
internal static class IsoDay
{
    private const string Form = "yyyy-MM-dd";

    public static string Word(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>False for everything that is no day of the calendar in that one form.</summary>
    public static bool TryRead(string? text, out DateOnly day) => DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
