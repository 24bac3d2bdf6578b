namespace Sandbox.Vault.Loading;

/// <summary>What a load is doing.</summary>
public enum LoadStage
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>Taking the file into memory.</summary>
    Taking,

    /// <summary>Reading and checking it in the jail.</summary>
    Reading,

    /// <summary>Looking at samples of the columns.</summary>
    Classifying,

    /// <summary>Writing the segments.</summary>
    Writing,

    /// <summary>Encrypting them.</summary>
    Sealing,
}

/// <summary>How far a load is.</summary>
/// <param name="Stage">The present stage.</param>
/// <param name="Fraction">Share of the whole load that is done, 0…1.</param>
public sealed record LoadProgress(LoadStage Stage, double Fraction);
