namespace Sandbox.Policy.Masking;

/// <summary>Cutting of dates to the first day of a part.</summary>
internal static class Dates
{
    public static DateOnly? Cut(DateOnly value, DatePart part) => part switch
    {
        DatePart.Decade => new DateOnly(Math.Max(1, value.Year / 10 * 10), 1, 1),
        DatePart.Year => new DateOnly(value.Year, 1, 1),
        DatePart.Quarter => new DateOnly(value.Year, ((value.Month - 1) / 3 * 3) + 1, 1),
        DatePart.Month => new DateOnly(value.Year, value.Month, 1),
        DatePart.Day => value,
        _ => null,
    };

    public static DateTime? Cut(DateTime value, DatePart part) =>
        Cut(DateOnly.FromDateTime(value), part) is { } day ? day.ToDateTime(TimeOnly.MinValue, value.Kind) : null;
}
