namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>A column of an outgoing stream: its name there and the engine's expression for it, of a type that <see cref="EncoderTypes"/> takes.</summary>
internal readonly record struct SelectedColumn(string Name, string Expression);
