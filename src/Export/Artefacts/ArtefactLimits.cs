namespace Sandbox.Export.Artefacts;

/// <summary>How large an artefact may be before it stops being something that a reviewer can read.</summary>
/// <param name="MaxRows">Rows of one table, at least 1.</param>
/// <param name="MaxColumns">Columns of one table, at least 1.</param>
/// <param name="MaxTextLength">UTF-16 units of one text cell, at least 1.</param>
/// <param name="MaxBytes">Bytes of one file that leaves.</param>
public sealed record ArtefactLimits(int MaxRows = 20_000, int MaxColumns = 32, int MaxTextLength = 128, long MaxBytes = 16 * 1024 * 1024);
