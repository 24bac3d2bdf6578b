using Sandbox.Host.Registry;

namespace Sandbox.CrashProbe;

/// <summary>A document that knows the ledger entry that told of it.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Entry">Index of its entry.</param>
public sealed record Mark(string Id, long Entry) : IAggregate
{
    public static string Kind => "mark";
}
