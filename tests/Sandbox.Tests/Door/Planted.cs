namespace Sandbox.Sandbox.Tests.Door;

/// <summary>Values that stand in test data and in no other place. No answer, error or log line may ever show one.</summary>
internal static class Planted
{
    public const string Cell = "qvortexcell7391";
    public const string Number = "918273645";
    public const string BrokenRow = "qbrokenrow5520";
    public const string Person = "祝融氏";
    public const string Phone = "13977120485";
    public const string Statement = "qstatement8846";
    public const string Document = "qdocument6617";
    public const string Module = "qmodulebytes3058";

    public static IReadOnlyList<string> All { get; } = [Cell, Number, BrokenRow, Person, Phone, Statement, Document, Module];

    public static void AssertAbsent(string where, string text) =>
        Assert.All(All, secret => Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"the planted value {secret} stands in {where}:\n{text}"));
}
