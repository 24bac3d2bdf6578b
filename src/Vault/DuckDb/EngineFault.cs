namespace Sandbox.Vault.DuckDb;

/// <summary>What kind of thing the engine said went wrong: our own closed set over <c>duckdb_error_type</c>. Unknown kinds are <see cref="Internal"/>.</summary>
public enum EngineFault
{
    /// <summary>Anything not listed below; the engine instance must not be used again.</summary>
    Internal = 0,

    /// <summary>Words that are no statement.</summary>
    Syntax,

    /// <summary>A name or a combination of types that does not exist.</summary>
    Binding,

    /// <summary>A value that does not fit the wanted type.</summary>
    Conversion,

    /// <summary>A result outside the range of its type, or a division by zero.</summary>
    Range,

    /// <summary>An argument that the called function refuses, including data that is not in the expected format.</summary>
    InvalidInput,

    /// <summary>A constraint was violated.</summary>
    Constraint,

    /// <summary>Reading or writing failed.</summary>
    Io,

    /// <summary>The memory limit was reached.</summary>
    OutOfMemory,

    /// <summary>The work was stopped from outside.</summary>
    Interrupted,

    /// <summary>The locked configuration or the sealed file system refused it.</summary>
    Permission,

    /// <summary>The engine can not do this at all.</summary>
    NotSupported,
}
