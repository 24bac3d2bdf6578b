using Sandbox.Host.Answers;
using Sandbox.Policy.Parties;

namespace Sandbox.Host.Agreements;

/// <summary>An agreement file: what a paper says, in members. Read strictly, every fault with its path.</summary>
internal sealed record AgreementSpec(
    string Name,
    string Form,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parties,
    bool Sector,
    IReadOnlyDictionary<string, string> Clauses,
    IReadOnlyList<string> DataSets,
    IReadOnlyList<string> Scenarios,
    IReadOnlyList<string> Ways,
    DateOnly From,
    DateOnly Until,
    string? Exception,
    string? Renews)
{
    /// <exception cref="RefusedException">Every fault of the file.</exception>
    public static AgreementSpec FromUntrusted(ReadOnlySpan<byte> json)
    {
        var form = FormReader.Open(json);
        var spec = new AgreementSpec(
            form.Name("name"),
            form.Words("form", 60),
            form.NamesByWord("parties", PartyWords.All),
            form.Flag("sector"),
            form.WordsByName("clauses", 300),
            form.NameList("data_sets"),
            form.NameList("scenarios"),
            form.NameList("ways"),
            form.Day("from"),
            form.Day("until"),
            form.OptionalWords("exception", 500),
            form.OptionalName("renews"));
        if (spec.From != default && spec.Until != default && spec.Until < spec.From)
        {
            form.Fault("until", "the last day lies before the first", "截止日早于起始日");
        }

        return form.Faults() is { Count: > 0 } faults ? throw new RefusedException([.. faults]) : spec;
    }
}
