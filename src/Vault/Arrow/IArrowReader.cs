namespace Sandbox.Vault.Arrow;

/// <summary>Batches of a stream or of a file, one at a time.</summary>
public interface IArrowReader
{
    /// <summary>The columns.</summary>
    ArrowSchema Schema { get; }

    /// <summary>The next batch; null after the last.</summary>
    /// <exception cref="ArrowFormatException">The source is damaged, cut or too large; batches given before must be dropped.</exception>
    ArrowBatch? Next();
}
