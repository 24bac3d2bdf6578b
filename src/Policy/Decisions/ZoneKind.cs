namespace Sandbox.Policy;

/// <summary>The two kinds of zones; a zone of unknown kind admits nothing.</summary>
public enum ZoneKind
{
    /// <summary>Not stated: everything is refused.</summary>
    Unknown = 0,

    /// <summary>Development: sampled and masked rows of the granted columns.</summary>
    Workbench = 1,

    /// <summary>All granted rows, masked or exact-but-invisible; reviewed models and closed aggregates only.</summary>
    Production = 2,
}
