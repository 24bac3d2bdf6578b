namespace Sandbox.Trust;

/// <summary>What the registry keeps about a sealed object. It tells nothing about the content.</summary>
/// <param name="Name">File name: 40 hex digits, keyed and salted.</param>
/// <param name="Kind">1–16 of a–z, 0–9, hyphen; bound into every byte.</param>
/// <param name="PlainLength">Bytes of content.</param>
/// <param name="SealedLength">Bytes on disk.</param>
/// <param name="Commitment">64 hex digits: a keyed, salted commitment to the content.</param>
public sealed record ObjectRef(string Name, string Kind, long PlainLength, long SealedLength, string Commitment);
