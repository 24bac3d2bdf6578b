namespace Sandbox.Trust;

/// <summary>What a key protects. <see cref="Unknown"/> is never accepted.</summary>
public enum KeyScope
{
    Unknown = 0,
    DataSet,
    Zone,
    Scenario,
#pragma warning disable CA1720 // A sealed object is what the word means here.
    Object,
#pragma warning restore CA1720
    Person,
    Domain,
    Round,
}
