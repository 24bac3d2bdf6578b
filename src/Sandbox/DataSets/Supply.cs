using Sandbox.Host.Registry;

namespace Sandbox.Host.DataSets;

/// <summary>In which manner a provider supplies data (YB 15, YN23 21).</summary>
public enum SupplyMode
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>Raw data in batches: files that are loaded.</summary>
    File,

    /// <summary>A service interface that the domain asks.</summary>
    Interface,

    /// <summary>Joint modelling: the rows stay with the provider, who takes part in encrypted sums and matches.</summary>
    Joint,
}

/// <summary>The manner that a provider agreed to. The first load says it; another one needs a new decision of the provider.</summary>
/// <param name="Id">The data set, which need not be loaded yet.</param>
/// <param name="Provider">Organisation that agreed.</param>
/// <param name="Mode">The manner.</param>
/// <param name="DecidedBy">Person of that organisation.</param>
public sealed record Supply(string Id, string Provider, SupplyMode Mode, string DecidedBy, DateTimeOffset DecidedAt) : IAggregate
{
    public static string Kind => "supply";
}
