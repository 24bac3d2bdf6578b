namespace Sandbox.Vault.Loading;

/// <summary>A value that its column's type does not allow or that can't be kept as it is.</summary>
internal sealed class ArrowValueException : Exception;
