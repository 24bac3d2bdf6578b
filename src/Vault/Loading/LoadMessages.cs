using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Vault.Loading;

/// <summary>Host to load child.</summary>
internal sealed record LoadWork(
    LoadFormat Format, IReadOnlyList<string> Identifiers, IReadOnlyList<DeclaredColumn> Declared, bool HasHeader, long MemoryBytes, long TempBytes, int Threads,
    bool AcceptEmpty = false, SourceEncoding Encoding = SourceEncoding.Auto, IReadOnlyList<ExpectedColumn>? Expected = null, string? Sheet = null,
    LoadWindow? Window = null);

/// <summary>Load child to host, now and then.</summary>
internal sealed record LoadStep(LoadStage Stage, double Fraction);

/// <summary>Load child to host, at the end. Everything in it is checked again by the host.</summary>
internal sealed record LoadReport(
    LoadFormat Format, long Rows, IReadOnlyList<LoadReportColumn> Columns, bool HasMain, bool HasIdentifiers, long Rejected, IReadOnlyDictionary<RejectReason, long> Rejections,
    SourceEncoding? Encoding = null, string? Delimiter = null, WindowReport? Window = null);

/// <summary>One column in a <see cref="LoadReport"/>.</summary>
/// <param name="Seen">Whether it has a value in this source.</param>
/// <param name="Met">Whether its name is in this source.</param>
/// <param name="Made">Whether it is text only because every value ends in .0.</param>
internal sealed record LoadReportColumn(
    string Name, StoredType Type, bool Identifier, Policy.Identifiers.IdentifierKind Kind, Policy.Identifiers.ColumnGrade Grade, long Values, long Empty, long Recognised,
    string? Origin = null, bool Seen = true, bool Met = true, bool Made = false);

/// <summary>Strict JSON of the load role's messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LoadWork))]
[JsonSerializable(typeof(LoadStep))]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadJson : JsonSerializerContext;
