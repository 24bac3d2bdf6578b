using System.Globalization;
using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Texts read as values, held against the engine's own casts and patterns as another opinion.</summary>
public sealed class TextValueTests
{
    private const string WholeForm = "try_cast(v AS BIGINT)::VARCHAR = v";
    private const string FloatingForm = "regexp_full_match(v, '-?(0|[1-9][0-9]*)(\\.[0-9]+)?') AND length(replace(replace(v, '.', ''), '-', '')) <= 15";
    private const string DateForm = "try_cast(v AS DATE)::VARCHAR = v AND regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND v NOT LIKE '0000%'";
    private const string MomentForm = "regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?') AND try_cast(v AS TIMESTAMP) IS NOT NULL AND v NOT LIKE '0000%'";

    private static readonly string[] Edges =
    [
        "", "0", "-0", "00", "-", "+1", "1", "-1", "007", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "99999999999999999999", "18446744073709551617",
        "1.5", "1.50", ".5", "5.", "-.5", "-0.0", "0.1", "123456789012345", "1234567890123456", "0.12345678901234", "0.123456789012345", "1e5", "1.2.3", "1,5", "١", "NaN", "inf", " 1", "1 ",
        "2001-02-03", "2001-2-3", "2001-02-29", "2000-02-29", "1900-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2001-13-01", "2001-00-01", "2001-01-00", "2001-04-31", "20010203", "2001/02/03",
        "2001-02-03 04:05:06", "2001-02-03T04:05:06.5", "2001-02-03 04:05:06.123456", "2001-02-03 04:05:06.1234567", "2001-02-03 04:05:06.", "2001-02-03 24:00:00", "2001-02-03 23:59:60", "2001-02-03 04:05",
        "2001-02-03 4:05:06", "2001-02-03  04:05:06", "1969-12-31 23:59:59.999999", "true", "false", "TRUE", "t", "yes", "1\0", "2001-02-03 04:05:06Z",
    ];

    [Fact]
    public void Whole_numbers_are_those_that_the_engine_prints_as_they_came() => Hold<LosslessWhole, long>(WholeForm, "v::BIGINT");

    [Fact]
    public void Decimals_have_the_form_and_the_value_that_the_engine_gives_them() => Hold<LosslessFloating, double>(FloatingForm, "v::DOUBLE");

    [Fact]
    public void Dates_are_days_of_the_calendar() => Hold<TextDate, int>(DateForm, "v::DATE");

    [Fact]
    public void Moments_are_counted_to_the_microsecond() => Hold<LosslessTimestamp, long>(MomentForm, "v::TIMESTAMP");

    [Fact]
    public void Declared_numbers_have_their_wider_forms()
    {
        Hold<DeclaredWhole, long>("regexp_full_match(v, '[+-]?[0-9]+') AND try_cast(v AS BIGINT) IS NOT NULL", "v::BIGINT");
        Hold<DeclaredFloating, double>("regexp_full_match(v, '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?') AND isfinite(try_cast(v AS DOUBLE))", "v::DOUBLE");
    }

    [Fact]
    public void The_set_of_types_of_a_text_is_what_its_readers_say()
    {
        foreach (var text in Edges.Concat(Made()))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            bool[] reads =
            [
                LosslessWhole.TryRead(bytes, out _), LosslessFloating.TryRead(bytes, out _), TextDate.TryRead(bytes, out _), LosslessTimestamp.TryRead(bytes, out _), LosslessBoolean.TryRead(bytes, out _),
            ];
            Assert.Equal(reads.Index().Sum(pair => pair.Item ? 1 << pair.Index : 0), TextTypes.Of(bytes));
        }
    }

    private static void Hold<TValue, T>(string form, string value)
        where TValue : ITextValue<T>
        where T : unmanaged, IEquatable<T>
    {
        var texts = Edges.Concat(Made()).Where(text => !text.Contains('\0')).ToArray();
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE t (n BIGINT, v VARCHAR)");
        using (var appender = new RowAppender(connection, "t", [DuckDbTypeId.BigInt, DuckDbTypeId.Varchar]))
        {
            for (var i = 0; i < texts.Length; i++)
            {
                var (chunk, at) = appender.Next();
                chunk.Writable(0).Writable<long>()[at] = i;
                chunk.Writable(1).SetText(at, texts[i]);
            }

            appender.Complete();
        }

        var (seen, taken) = (0, 0);
        using var result = connection.Query($"SELECT n, coalesce({form}, false) AS holds, CASE WHEN coalesce({form}, false) THEN {value} END FROM t ORDER BY n");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++, seen++)
                {
                    var text = texts[chunk[0].Values<long>()[row]];
                    var read = TValue.TryRead(Encoding.UTF8.GetBytes(text), out var ours);
                    Assert.True(chunk[1].Values<byte>()[row] == 1 == read, $"{typeof(TValue).Name} of '{text}'");
                    if (read)
                    {
                        taken++;
                        Assert.True(ours.Equals(chunk[2].Values<T>()[row]), $"{typeof(TValue).Name} of '{text}'");
                    }
                }
            }
        }

        Assert.Equal(texts.Length, seen);
        Assert.True(taken > 1000);
    }

    // Near the forms: most are of one, many miss one by a character.
    private static IEnumerable<string> Made()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 40_000; i++)
        {
            var text = (i % 5) switch
            {
                0 => (random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(0, 60)).ToString(CultureInfo.InvariantCulture),
                1 => ((decimal)random.NextInt64(-999_999_999_999_999, 999_999_999_999_999) / (decimal)Math.Pow(10, random.Next(0, 15))).ToString(CultureInfo.InvariantCulture),
                2 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(0, 10000):0000}-{random.Next(0, 14):00}-{random.Next(0, 33):00}"),
                3 => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 10000):0000}-{random.Next(1, 13):00}-{random.Next(1, 29):00}{(random.Next(2) == 0 ? ' ' : 'T')}{random.Next(0, 25):00}:{random.Next(0, 61):00}:{random.Next(0, 61):00}{(random.Next(2) == 0 ? "" : "." + random.Next(0, 1_000_000))}"),
                _ => random.Next(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture) + (random.Next(3) == 0 ? "e" + random.Next(-320, 320).ToString(CultureInfo.InvariantCulture) : ""),
            };
            if (random.Next(4) == 0)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch { 0 => text.Remove(at, 1), 1 => text.Insert(at, "0123456789.-+eT: "[random.Next(17)].ToString()), _ => text[..at] + "0123456789.-+eT: "[random.Next(17)] + text[(at + 1)..] };
            }

            yield return text;
        }
    }
}
