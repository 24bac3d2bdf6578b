namespace Sandbox.Vault.Arrow.Flat;

/// <summary>What a batch needs to know of the messages before it.</summary>
internal sealed class MessageContext(ArrowLimits limits)
{
    internal ArrowLimits Limits => limits;

    /// <summary>Dictionaries by their ids; a later one of an id takes the place of the earlier.</summary>
    internal Dictionary<long, ArrowColumn> Dictionaries { get; } = [];

    /// <summary>Whether the message is of the metadata version in which unions have a validity.</summary>
    internal bool OldUnions { get; set; }
}
