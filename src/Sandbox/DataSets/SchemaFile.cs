using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Host.Answers;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.DataSets;

/// <summary>A declared schema as a file: <c>data look</c> writes what was found, the provider confirms or corrects it, <c>data add --schema</c> takes it.</summary>
/// <param name="Columns">Columns by name; one that is not listed is found out.</param>
/// <param name="Header">Whether a CSV file has a header line; without one, all columns in order.</param>
/// <param name="Encoding">Encoding of a text file.</param>
public sealed record SchemaFile(IReadOnlyList<SchemaColumn> Columns, bool Header = true, SourceEncoding Encoding = SourceEncoding.Auto)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="RefusedException">It is not of this form.</exception>
    public static SchemaFile Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return InputJson.Read<SchemaFile>(json, Format);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusals.Form("schema file", "列定义文件"));
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    internal Delivery Of(string path, IEnumerable<string> texts, string? sheet) => new(
        path,
        Encoding,
        [
            .. Columns.Where(column => column.Type != StoredKind.Unknown).Select(column => new DeclaredColumn(column.Name, new StoredType(column.Type, column.Precision ?? 0, column.Scale ?? 0))),
            .. texts.Where(name => Columns.All(column => column.Name != name)).Select(name => new DeclaredColumn(name, StoredType.Text)),
        ],
        Header,
        sheet);
}

/// <summary>One column of a <see cref="SchemaFile"/>.</summary>
/// <param name="Name">As in the header line.</param>
/// <param name="Type">boolean, whole64, floating64, exact (with precision and scale), text, date or timestamp.</param>
/// <param name="Precision">Digits in all, for exact.</param>
/// <param name="Scale">Digits after the point, for exact.</param>
public sealed record SchemaColumn(string Name, StoredKind Type, int? Precision = null, int? Scale = null);
