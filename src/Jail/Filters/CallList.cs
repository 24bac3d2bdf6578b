namespace Sandbox.Jail.Filters;

/// <summary>Short forms for writing call lists.</summary>
internal static class CallList
{
    public static IEnumerable<FilterRule> Allow(string calls) => Each(calls, FilterAction.Allow);

    public static IEnumerable<FilterRule> Refuse(string calls) => Each(calls, FilterAction.NotPermitted);

    public static IEnumerable<FilterRule> Absent(string calls) => Each(calls, FilterAction.Absent);

    /// <summary>Allows the call when the low half of one argument is in the list; otherwise it fails with the given action.</summary>
    public static IEnumerable<FilterRule> AllowValues(string call, int argument, FilterAction otherwise, params uint[] values) =>
        [.. values.Select(value => new FilterRule(call, FilterAction.Allow, ArgumentTest.Int(argument, value))), new FilterRule(call, otherwise)];

    private static IEnumerable<FilterRule> Each(string calls, FilterAction action) =>
        calls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(call => new FilterRule(call, action));
}
