namespace Sandbox.Vault.Arrow;

/// <summary>Why Arrow bytes are refused.</summary>
public enum ArrowRefusal
{
    /// <summary>The bytes break the format: truncated, inconsistent, out of bounds.</summary>
    Malformed = 0,

    /// <summary>Well formed as far as read, but larger than the reader's <see cref="ArrowLimits"/>.</summary>
    TooLarge,

    /// <summary>A feature of the format that is not taken here: nested types, compression, big endian, delta dictionaries.</summary>
    NotSupported,
}

/// <summary>Bytes that are no Arrow data we accept. The message is a fixed sentence and never holds data.</summary>
public sealed class ArrowFormatException : Exception
{
    internal ArrowFormatException(ArrowRefusal refusal, string message)
        : base(message) => Refusal = refusal;

    /// <summary>Which of the closed reasons.</summary>
    public ArrowRefusal Refusal { get; }

    internal static ArrowFormatException Malformed(string message) => new(ArrowRefusal.Malformed, message);

    internal static ArrowFormatException TooLarge(string message) => new(ArrowRefusal.TooLarge, message);

    internal static ArrowFormatException NotSupported(string message) => new(ArrowRefusal.NotSupported, message);
}
