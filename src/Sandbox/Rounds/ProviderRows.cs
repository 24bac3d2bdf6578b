using Sandbox.Policy;

namespace Sandbox.Host.Rounds;

/// <summary>A provider's own rows at its home, as text of a few columns: no database engine and no jail is needed there.</summary>
internal abstract class ProviderRows
{
    /// <summary>Names of the columns, in order; null where there is none.</summary>
    public abstract string[]? Header { get; }

    /// <summary>Chooses the columns; once, before the first row.</summary>
    /// <param name="columns">Their places in the header.</param>
    /// <exception cref="Answers.RefusedException">A column can't be read as text or number.</exception>
    public abstract void Choose(IReadOnlyList<int> columns);

    /// <summary>The next row, in the order of the chosen columns; null after the last. A value is null where it is missing.</summary>
    /// <exception cref="Answers.RefusedException">The file is not of its form.</exception>
    public abstract string?[]? Next();

    /// <summary>A refusal with the place of the row that was given last.</summary>
    public abstract Refusal Here(Refusal refusal);
}
