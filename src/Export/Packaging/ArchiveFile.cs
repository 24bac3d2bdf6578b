namespace Sandbox.Export.Packaging;

/// <summary>One file of an archive.</summary>
/// <param name="Path">Relative, with <c>/</c>; see <see cref="ArchiveLayout.IsPath"/>.</param>
/// <param name="Content">All of its bytes.</param>
public sealed record ArchiveFile(string Path, ReadOnlyMemory<byte> Content);
