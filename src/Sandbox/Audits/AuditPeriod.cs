using System.Globalization;

namespace Sandbox.Host.Audits;

/// <summary>A calendar month or year in UTC, as the ledger's times are.</summary>
/// <param name="Name"><c>2026-05</c> or <c>2026</c>.</param>
/// <param name="First">Its first day.</param>
/// <param name="Next">The first day behind it.</param>
internal sealed record AuditPeriod(string Name, DateOnly First, DateOnly Next)
{
    /// <summary>What is about a period is due until the end of the month behind it.</summary>
    public DateOnly Due => Next.AddMonths(1);

    public static AuditPeriod? Month(string text) => Parse(text, "yyyy-MM") is { } first ? OfMonth(first) : null;

    public static AuditPeriod? Year(string text) => Parse(text, "yyyy") is { } first ? OfYear(first) : null;

    public static AuditPeriod OfMonth(DateOnly day) => Of(new(day.Year, day.Month, 1), "yyyy-MM", first => first.AddMonths(1));

    public static AuditPeriod OfYear(DateOnly day) => Of(new(day.Year, 1, 1), "yyyy", first => first.AddYears(1));

    public bool Has(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime) is var day && day >= First && day < Next;

    /// <summary>Months from a day on that are over.</summary>
    public static IEnumerable<AuditPeriod> MonthsOver(DateOnly from, DateOnly today)
    {
        for (var month = OfMonth(from); month.Next <= today; month = OfMonth(month.Next))
        {
            yield return month;
        }
    }

    /// <summary>Years from a day on that are over.</summary>
    public static IEnumerable<AuditPeriod> YearsOver(DateOnly from, DateOnly today)
    {
        for (var year = OfYear(from); year.Next <= today; year = OfYear(year.Next))
        {
            yield return year;
        }
    }

    private static AuditPeriod Of(DateOnly first, string form, Func<DateOnly, DateOnly> next) => new(first.ToString(form, CultureInfo.InvariantCulture), first, next(first));

    // The last representable year has no day behind it.
    private static DateOnly? Parse(string text, string form) => DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9000 ? day : null;
}
