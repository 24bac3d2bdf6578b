namespace Sandbox.Vault.Arrow;

/// <summary>How much a reader takes. What comes out of a jail is hostile: every number is checked before memory is taken.</summary>
public sealed record ArrowLimits
{
    /// <summary>The defaults: 1,024 columns, 100 million rows, 1 GiB in all.</summary>
    public static ArrowLimits Default { get; } = new();

    /// <summary>For a provider's file in the load jail: every type, nested ones to a depth of 32, and compressed bodies.</summary>
    public static ArrowLimits Loading { get; } = new() { AllTypes = true, Columns = 1000, Rows = int.MaxValue, BodyBytes = 1 << 30, TotalBytes = 64L << 30 };

    /// <summary>Whether nested types, views, wide decimals, intervals and compressed bodies are taken. What comes out of a jail has none of them, so their readers are no way in there.</summary>
    public bool AllTypes { get; init; }

    /// <summary>Most columns of a schema.</summary>
    public int Columns { get; init; } = 1024;

    /// <summary>Most rows of all batches together.</summary>
    public long Rows { get; init; } = 100_000_000;

    /// <summary>Most batches, including dictionary batches.</summary>
    public int Batches { get; init; } = 1_000_000;

    /// <summary>Most bytes of one message's metadata.</summary>
    public int MetadataBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of one batch's body.</summary>
    public int BodyBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>Most bytes of metadata and bodies together.</summary>
    public long TotalBytes { get; init; } = 1024L * 1024 * 1024;
}
