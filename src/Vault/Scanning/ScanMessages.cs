using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Vault.Scanning;

/// <summary>Host to scan child: which columns of which inherited files, in output order.</summary>
/// <param name="Database">The first file is a zone's database, and <paramref name="Table"/> a table of it; else the files are Parquet segments with the same rows.</param>
/// <param name="Table">Table name, for a database.</param>
/// <param name="Files">Number of inherited files.</param>
/// <param name="Columns">Names; empty = all.</param>
/// <param name="MemoryBytes">What the engine may use.</param>
/// <param name="Threads">Threads of the engine.</param>
internal sealed record ScanWork(bool Database, string Table, int Files, IReadOnlyList<string> Columns, long MemoryBytes, int Threads);

/// <summary>Scan child to host, at the end.</summary>
internal sealed record ScanReport(long Rows);

/// <summary>Strict JSON of the scan role's messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ScanWork))]
[JsonSerializable(typeof(ScanReport))]
internal sealed partial class ScanJson : JsonSerializerContext;
