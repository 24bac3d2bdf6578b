namespace Sandbox.Vault.Workers;

/// <summary>The other side broke the frame protocol: a bad kind or length, a cut stream, JSON that is not what was agreed. Carries no content.</summary>
internal sealed class FrameException(string message) : IOException(message);
