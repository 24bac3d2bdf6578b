using Sandbox.Host.Answers;

namespace Sandbox.Host.Commands;

/// <summary>Days on the command line.</summary>
internal static class DayWord
{
    /// <exception cref="RefusedException">No day of the calendar in the form yyyy-MM-dd.</exception>
    public static DateOnly Read(string text) =>
        IsoDay.TryRead(text, out var day) ? day : throw new RefusedException(Refusals.Form("day (yyyy-MM-dd)", "日期（yyyy-MM-dd）"));
}
