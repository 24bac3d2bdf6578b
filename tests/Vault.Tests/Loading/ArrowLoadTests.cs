using System.Globalization;
using System.Numerics;
using Sandbox.Fixtures;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.Arrow;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Arrow files through the load. The gold files' values are held by the Judge; here are the types that they lack, damage, and what is refused.</summary>
public sealed class ArrowLoadTests
{
    private const string Long = "a text that is longer than twelve bytes";

    private static RawField Whole(string name, int bits = 32) => new(name, ArrowFormat.TypeInt, builder =>
    {
        builder.Int32(0, bits);
        builder.Byte(1, 1);
    });

    private static RawField Decimal(string name, int precision, int scale, int bits) => new(name, ArrowFormat.TypeDecimal, builder =>
    {
        builder.Int32(0, precision);
        builder.Int32(1, scale);
        builder.Int32(2, bits);
    });

    [Fact]
    public void Views_of_texts_and_bytes_come_from_their_buffers()
    {
        var raw = new RawArrow { Fields = { new RawField("t", ArrowFormat.TypeUtf8View), new RawField("b", ArrowFormat.TypeBinaryView) } };
        raw.Node(4, 1).Buffer<byte>(0b1011).Buffer<byte>([.. RawArrow.View("short 文"), .. RawArrow.View(Long, 1, 3), .. new byte[16].Select(_ => (byte)0xEE), .. RawArrow.View("")])
            .Pools(2).Buffer<byte>(1, 2, 3).Buffer([.. "xyz"u8, .. System.Text.Encoding.UTF8.GetBytes(Long)]);
        raw.Node(4).Buffer<byte>().Buffer<byte>([.. RawArrow.View("ab"), .. RawArrow.View(Long), .. RawArrow.View("\0"), .. RawArrow.View("")]).Pools(1).Buffer(System.Text.Encoding.UTF8.GetBytes(Long));
        using var run = LoadRun.Of(raw.Stream(4));
        Assert.Equal(["short 文", Long, "∅", ""], LoadRun.Rows(run.Files.Main, "t"));
        Assert.Equal(["6162", Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(Long)), "00", ""], LoadRun.Rows(run.Files.Main, "hex(b)"));
        Assert.Equal(["utf8view", "binaryview"], run.Report!.Columns.Select(column => column.Origin));
    }

    [Fact]
    public void List_views_may_lie_in_any_order_and_overlap()
    {
        var raw = new RawArrow { Fields = { new RawField("v", ArrowFormat.TypeListView, null, Whole("item")), new RawField("w", ArrowFormat.TypeLargeListView, null, Whole("item")) } };
        raw.Node(3, 1).Buffer<byte>(0b101).Buffer(2, 4, 0).Buffer(2, 0, 3).Node(4, 1).Buffer<byte>(0b1101).Buffer(1, 2, 3, 4);
        raw.Node(3).Buffer<byte>().Buffer(0L, 1, 1).Buffer(0L, 1, 0).Node(2).Buffer<byte>().Buffer(7, 8);
        using var run = LoadRun.Of(raw.Stream(3));
        Assert.Equal(["[3,4]|[]", "∅|[8]", "[1,null,3]|[]"], LoadRun.Rows(run.Files.Main));
        Assert.Equal([StoredKind.Nested, StoredKind.Nested], run.Report!.Columns.Select(column => column.Type.Kind));
    }

    [Fact]
    public void Runs_are_written_out_as_rows()
    {
        var raw = new RawArrow { Fields = { new RawField("r", ArrowFormat.TypeRunEnds, null, Whole("run_ends", 16), new RawField("values", ArrowFormat.TypeUtf8)) } };
        raw.Node(6).Node(3).Buffer<byte>().Buffer<short>(2, 3, 9).Node(3, 1).Buffer<byte>(0b101).Buffer(0, 1, 1, 3).Buffer("abc"u8.ToArray());
        using var run = LoadRun.Of(raw.Stream(6));
        Assert.Equal(["a", "a", "∅", "bc", "bc", "bc"], LoadRun.Rows(run.Files.Main));
        Assert.Equal(("runends<int16,utf8>", StoredKind.Text), (run.Report!.Columns[0].Origin, run.Report.Columns[0].Type.Kind));
    }

    [Fact]
    public void Decimals_of_every_width_and_scale_keep_all_digits()
    {
        var raw = new RawArrow { Fields = { Decimal("a", 9, 2, 32), Decimal("b", 18, 0, 64), Decimal("c", 38, 10, 128), Decimal("d", 76, 3, 256), Decimal("e", 20, 5, 256), Decimal("f", 5, -3, 128), Decimal("g", 3, 5, 128) } };
        var wide = BigInteger.Parse("-" + new string('9', 76), CultureInfo.InvariantCulture);
        byte[] Bytes(BigInteger number, int width)
        {
            var bytes = new byte[width];
            bytes.AsSpan().Fill(number.Sign < 0 ? (byte)0xFF : (byte)0);
            number.TryWriteBytes(bytes, out _);
            return bytes;
        }

        raw.Node(1).Buffer<byte>().Buffer(-999_999_999).Node(1).Buffer<byte>().Buffer(999_999_999_999_999_999L).Node(1).Buffer<byte>().Buffer(Bytes(BigInteger.Pow(10, 38) - 1, 16))
            .Node(1).Buffer<byte>().Buffer(Bytes(wide, 32)).Node(1).Buffer<byte>().Buffer(Bytes(-12345, 32)).Node(1).Buffer<byte>().Buffer(Bytes(12, 16)).Node(1).Buffer<byte>().Buffer(Bytes(7, 16));
        using var run = LoadRun.Of(raw.Stream(1));
        Assert.Equal($"-9999999.99|999999999999999999|{new string('9', 28)}.{new string('9', 10)}|-{new string('9', 73)}.999|-0.12345|12000|.00007", LoadRun.Rows(run.Files.Main)[0]);
        Assert.Equal("decimal256(76,3)", run.Report!.Columns[3].Origin);
    }

    [Fact]
    public void Intervals_unions_maps_and_structures_are_declared_as_JSON()
    {
        var raw = new RawArrow
        {
            Fields =
            {
                new RawField("i", ArrowFormat.TypeInterval, builder => builder.Int16(0, 2)),
                new RawField("u", ArrowFormat.TypeUnion, builder => builder.Int16(0, 1), Whole("x"), new RawField("y", ArrowFormat.TypeBinary)),
                new RawField("m", ArrowFormat.TypeMap, null, new RawField("e", ArrowFormat.TypeStruct, null, new RawField("k", ArrowFormat.TypeUtf8), Whole("v", 64))),
                new RawField("s", ArrowFormat.TypeStruct, null, Whole("a"), Whole("a")),
            },
        };
        raw.Node(2).Buffer<byte>().Buffer(new Moment(-1, 2, long.MinValue), new Moment(3, -4, 5));
        raw.Node(2).Buffer<sbyte>(1, 0).Buffer(0, 0).Node(1).Buffer<byte>().Buffer(42).Node(1).Buffer<byte>().Buffer(0, 2).Buffer<byte>(0xAB, 0x01);
        raw.Node(2).Buffer<byte>().Buffer(0, 2, 2).Node(2).Buffer<byte>().Node(2).Buffer<byte>().Buffer(0, 1, 2).Buffer("kk"u8.ToArray()).Node(2, 1).Buffer<byte>(0b01).Buffer(long.MaxValue, 0L);
        raw.Node(2).Buffer<byte>().Node(2).Buffer<byte>().Buffer(1, 2).Node(2).Buffer<byte>().Buffer(3, 4);
        using var run = LoadRun.Of(raw.Stream(2));
        Assert.Equal(
            [
                """{"months":-1,"days":2,"nanoseconds":-9223372036854775808}|{"type":1,"value":"AB01"}|[{"key":"k","value":9223372036854775807},{"key":"k","value":null}]|{"a":1,"a_2":3}""",
                """{"months":3,"days":-4,"nanoseconds":5}|{"type":0,"value":42}|[]|{"a":2,"a_2":4}""",
            ],
            LoadRun.Rows(run.Files.Main));
        Assert.All(run.Report!.Columns, column => Assert.Equal(StoredKind.Nested, column.Type.Kind));
        Assert.Equal("denseunion<int32,binary>", run.Report.Columns[1].Origin);
    }

    [Fact]
    public void What_breaks_the_format_or_can_not_be_kept_is_refused_with_column_and_type()
    {
        Assert.Equal("LOAD-ARROW-FEATURE", Rule(new RawArrow { Endianness = 1, Fields = { Whole("a") } }.Node(1).Buffer<byte>().Buffer(1)));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("t", ArrowFormat.TypeUtf8View) } }.Node(1).Buffer<byte>().Buffer(RawArrow.View(Long, 0, 5)).Pools(1).Buffer(new byte[Long.Length])));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("t", ArrowFormat.TypeUtf8View) } }.Node(1).Buffer<byte>().Buffer(RawArrow.View(Long, 1)).Pools(1).Buffer(new byte[99])));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("v", ArrowFormat.TypeListView, null, Whole("i")) } }.Node(1).Buffer<byte>().Buffer(1).Buffer(2).Node(2).Buffer<byte>().Buffer(1, 2)));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("r", ArrowFormat.TypeRunEnds, null, Whole("e"), Whole("v")) } }.Node(4).Node(2).Buffer<byte>().Buffer(3, 3).Node(2).Buffer<byte>().Buffer(1, 2), 4));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("u", ArrowFormat.TypeUnion, builder => builder.Int16(0, 0), Whole("x")) } }.Node(1).Buffer<sbyte>(3).Node(1).Buffer<byte>().Buffer(1)));
        Assert.Equal("LOAD-ARROW", Rule(new RawArrow { Fields = { new RawField("s", ArrowFormat.TypeStruct, null, Whole("x")) } }.Node(3).Buffer<byte>().Node(2).Buffer<byte>().Buffer(1, 2), 3));

        using var moment = LoadRun.Of(new RawArrow { Fields = { Whole("a"), new RawField("b", ArrowFormat.TypeTimestamp) } }.Node(1).Buffer<byte>().Buffer(1).Node(1).Buffer<byte>().Buffer(long.MaxValue).Stream(1));
        Assert.Equal(("LOAD-ARROW-VALUE", 1, "timestamp[s]"), (moment.Fault!.Rule, moment.Fault.Column, moment.Fault.Detail));
        Assert.Contains("column 2 of type timestamp[s]", LoadRules.Of(moment.Fault.Rule, moment.Fault.Column, moment.Fault.Detail).Why, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", LoadRules.Of(moment.Fault.Rule, 1, "<script>alert('x')").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_bytes_that_stand_for_gigabytes_are_refused()
    {
        // 2,000 views of the same 100,000 numbers, nested once more: 10^11 numbers from 400 KB.
        var (items, lists) = (100_000, 2000);
        var raw = new RawArrow { Fields = { new RawField("v", ArrowFormat.TypeListView, null, new RawField("w", ArrowFormat.TypeListView, null, Whole("i"))) } };
        raw.Node(lists).Buffer<byte>().Buffer(new int[lists]).Buffer(Enumerable.Repeat(lists, lists).ToArray());
        raw.Node(lists).Buffer<byte>().Buffer(new int[lists]).Buffer(Enumerable.Repeat(items, lists).ToArray()).Node(items).Buffer<byte>().Buffer(new int[items]);
        using var bomb = LoadRun.Of(raw.Stream(lists));
        Assert.Equal("LOAD-ARROW-VALUE", bomb.Fault?.Rule);
    }

    private static string? Rule(RawArrow raw, long rows = 1)
    {
        using var run = LoadRun.Of(raw.Stream(rows));
        return run.Fault?.Rule;
    }

    /// <summary>Files of every type, damaged at many places: each is an error or a table of which every value can be read.</summary>
    [SharedDataFact]
    public void Damage_anywhere_in_any_type_is_an_error_or_a_sound_table()
    {
        var (refused, sound) = (0, 0);
        foreach (var name in new[] { "1.0.0-littleendian/generated_nested", "1.0.0-littleendian/generated_union", "0.17.1/generated_union", "1.0.0-littleendian/generated_map", "1.0.0-littleendian/generated_nested_dictionary", "2.0.0-compression/generated_lz4", "2.0.0-compression/generated_zstd" })
        {
            foreach (var form in new[] { ".stream", ".arrow_file" })
            {
                var bytes = File.ReadAllBytes(Path.Combine(Checkout.SharedData!, "cases/arrow/gold", name + form));
                for (var step = 0; step < 250; step++)
                {
                    var broken = (byte[])bytes.Clone();
                    broken[(int)((long)step * 7919 % bytes.Length)] ^= (byte)(1 << (step % 8));
                    try
                    {
                        Touch(ArrowTable.FromUntrusted(broken, ArrowLimits.Loading));
                        sound++;
                    }
                    catch (ArrowFormatException)
                    {
                        refused++;
                    }

                    Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(bytes.AsMemory(0, (int)((long)step * bytes.Length / 250)), ArrowLimits.Loading));
                }
            }
        }

        Assert.True(refused > 500 && sound > 200, $"{refused} refused, {sound} sound");
    }

    private static void Touch(ArrowTable table)
    {
        using var json = new NestedJson();
        foreach (var column in table.Batches.SelectMany(batch => batch.Columns))
        {
            for (var row = 0; row < column.Length; row++)
            {
                if (ArrowCell.Find(column, row, out var cell))
                {
                    try
                    {
                        json.Write(cell);
                    }
                    catch (ArrowValueException)
                    {
                        // Longer than is taken: that is an answer too.
                    }
                }
            }
        }
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
    private readonly record struct Moment(int Months, int Days, long Nanoseconds);
}
