using Sandbox.Fixtures;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Tests.Arrow;

public sealed class ReaderTests
{
    // Features that are refused by name; every other gold file must read right.
    private static readonly string[] Refused = ["_map", "_nested", "_union", "_lz4", "_zstd", "_recursive", "_interval", "duplicate_fieldnames", "custom_metadata", "_extension_nested"];

    [SharedDataFact]
    public void Gold_files_read_right_or_are_refused_as_not_supported()
    {
        var read = 0;
        var values = 0;
        foreach (var gold in Directory.EnumerateFiles(Path.Combine(Checkout.SharedData!, "cases/arrow/gold"), "*.json.gz", SearchOption.AllDirectories))
        {
            var stem = gold[..^".json.gz".Length];
            using var json = GoldValues.Open(gold);
            foreach (var form in new[] { ".stream", ".arrow_file" })
            {
                var bytes = File.ReadAllBytes(stem + form);
                if (Refused.Any(word => stem.Contains(word, StringComparison.Ordinal)))
                {
                    Assert.Equal(ArrowRefusal.NotSupported, Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(bytes, ArrowLimits.Default)).Refusal);
                    continue;
                }

                var table = ArrowTable.FromUntrusted(bytes, ArrowLimits.Default);
                values += GoldValues.Compare(json.RootElement, table);
                using var again = new MemoryStream();
                table.WriteTo(again);
                _ = GoldValues.Compare(json.RootElement, ArrowTable.FromUntrusted(again.ToArray(), ArrowLimits.Default));
                read++;
            }
        }

        Assert.True(read >= 36, $"only {read} read");
        Assert.True(values > 5000, $"only {values} values");
    }

    [SharedDataFact]
    public void Every_malformed_file_is_a_clean_error()
    {
        var files = Directory.GetFiles(Path.Combine(Checkout.SharedData!, "cases/arrow/negative"));
        Assert.Equal(88, files.Length);
        var taken = new List<string>();
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            try
            {
                ArrowTable.FromUntrusted(bytes, ArrowLimits.Default);
                taken.Add(Path.GetFileName(file));
            }
            catch (ArrowFormatException)
            {
                // The one allowed outcome.
            }
        }

        Assert.Empty(taken);
    }

    [Fact]
    public void Every_changed_or_missing_byte_is_an_error_or_a_sound_table()
    {
        var batch = ArrowColumns.ToBatch(
            ArrowColumns.OfInt64("a", [1, null, 3]), ArrowColumns.OfText("b", ["文字", null, "x"]), ArrowColumns.OfBool("c", [true, null, false]), ArrowColumns.OfDictionary("d", 0, ["p", "q", "p"]));
        using var stream = new MemoryStream();
        new ArrowTable(batch.Schema, [batch, batch]).WriteTo(stream);
        var bytes = stream.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(bytes.AsMemory(0, length), ArrowLimits.Default));
        }

        Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted((byte[])[.. bytes, 0], ArrowLimits.Default));
        var sound = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var change in new byte[] { 1, 0x80, 0xFF })
            {
                var broken = (byte[])bytes.Clone();
                broken[at] ^= change;
                try
                {
                    Touch(ArrowTable.FromUntrusted(broken, ArrowLimits.Default));
                    sound++;
                }
                catch (ArrowFormatException)
                {
                    // Refused: fine.
                }
            }
        }

        Assert.InRange(sound, 1, bytes.Length * 3);
    }

    [Fact]
    public void Limits_are_kept()
    {
        var batch = ArrowColumns.ToBatch(ArrowColumns.OfInt64("a", [1, 2, 3]), ArrowColumns.OfInt64("b", [1, 2, 3]));
        using var stream = new MemoryStream();
        new ArrowTable(batch.Schema, [batch, batch]).WriteTo(stream);
        var bytes = stream.ToArray();
        foreach (var limits in new[]
        {
            new ArrowLimits { Columns = 1 }, new ArrowLimits { Rows = 5 }, new ArrowLimits { Batches = 1 },
            new ArrowLimits { MetadataBytes = 64 }, new ArrowLimits { BodyBytes = 47 }, new ArrowLimits { TotalBytes = 500 },
        })
        {
            Assert.Equal(ArrowRefusal.TooLarge, Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(bytes, limits)).Refusal);
        }

        Assert.Equal(6, ArrowTable.FromUntrusted(bytes, new ArrowLimits { Columns = 2, Rows = 6, Batches = 2, BodyBytes = 48 }).Rows);
    }

    // Reads every value: a table that was taken must not fail afterwards.
    private static void Touch(ArrowTable table)
    {
        foreach (var column in table.Batches.SelectMany(batch => batch.Columns))
        {
            for (var row = 0; row < column.Length; row++)
            {
                _ = column.Field.Type.Kind switch
                {
                    ArrowKind.Bool => column.GetBool(row) ? "" : null,
                    ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Binary or ArrowKind.LargeBinary => column.GetText(row),
                    ArrowKind.Null => "",
                    _ => column.IsMissing(row) ? "" : column.GetBytes(row).Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                };
            }
        }
    }
}
