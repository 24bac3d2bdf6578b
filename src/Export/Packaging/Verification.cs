namespace Sandbox.Export.Packaging;

/// <summary>What came out of verifying a package.</summary>
public abstract record Verification
{
    private Verification()
    {
    }

    /// <summary>Everything holds.</summary>
    /// <param name="Manifest">What the package says about itself.</param>
    /// <param name="Words">What was shown, one English sentence each.</param>
    /// <param name="WordsZh">The same in Chinese.</param>
    /// <param name="InLedger">True when an inclusion receipt was given and holds.</param>
    public sealed record Genuine(ReleaseManifest Manifest, IReadOnlyList<string> Words, IReadOnlyList<string> WordsZh, bool InLedger) : Verification;

    /// <summary>Nothing of the package may be relied on.</summary>
    public sealed record NotGenuine(PackageFault Fault) : Verification;
}
