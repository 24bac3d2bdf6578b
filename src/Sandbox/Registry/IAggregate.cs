namespace Sandbox.Host.Registry;

/// <summary>Something the registry keeps: one document with a kind and an id that is unique within the kind.</summary>
public interface IAggregate
{
    static abstract string Kind { get; }

    string Id { get; }
}
