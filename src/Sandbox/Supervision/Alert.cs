using Sandbox.Host.Registry;

namespace Sandbox.Host.Supervision;

/// <summary>A burst that was noticed and that somebody has to look at.</summary>
/// <param name="Id">Unique: rule and the index of the entry that raised it.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="By">Whose acts they were; <c>anybody</c> where the rule counts all.</param>
/// <param name="Count">Acts within the window.</param>
/// <param name="First">Index of the first of them in the ledger.</param>
/// <param name="Last">Index of the last.</param>
/// <param name="RaisedAt">UTC.</param>
/// <param name="SeenBy">Who has looked at it; null as long as nobody has.</param>
/// <param name="Words">What that person says about it.</param>
public sealed record Alert(string Id, string Rule, string By, int Count, long First, long Last, DateTimeOffset RaisedAt, string? SeenBy, string? Words) : IAggregate
{
    public static string Kind => "alert";
}
