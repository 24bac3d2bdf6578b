using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Masking;

/// <summary>Rules as SQL functions, against Policy's own answers and against the suite's own codes.</summary>
public sealed class MaskFunctionTests : IDisposable
{
    private readonly DuckDbConnection _connection = EngineForTests.Memory();

    public void Dispose() => _connection.Dispose();

    [Theory]
    [InlineData("'王小明'", "VARCHAR", """{"rule":"keep-part","part":"surname"}""", "王*")]
    [InlineData("NULL::VARCHAR", "VARCHAR", """{"rule":"keep-part","part":"surname"}""", null)]
    [InlineData("''", "VARCHAR", """{"rule":"keep-part","part":"first","characters":2}""", null)]
    [InlineData("'x'", "VARCHAR", """{"rule":"constant","value":"it''s"}""", "it''s")]
    [InlineData("37", "INTEGER", """{"rule":"band","width":10}""", "30")]
    [InlineData("127::TINYINT", "TINYINT", """{"rule":"round","step":10}""", null)]
    [InlineData("-37::BIGINT", "BIGINT", """{"rule":"band","width":10}""", "-40")]
    [InlineData("255::UTINYINT", "UTINYINT", """{"rule":"band","width":100}""", "200")]
    [InlineData("7301.25::DOUBLE", "DOUBLE", """{"rule":"round","step":1000}""", "7000.0")]
    [InlineData("'nan'::DOUBLE", "DOUBLE", """{"rule":"round","step":1000}""", null)]
    [InlineData("1234.56::DECIMAL(10,2)", "DECIMAL(10,2)", """{"rule":"round","step":0.5}""", "1234.50")]
    [InlineData("99999999999999999999999999999999999999::DECIMAL(38,0)", "DECIMAL(38,0)", """{"rule":"round","step":1}""", null)]
    [InlineData("DATE '2024-07-15'", "DATE", """{"rule":"date","part":"quarter"}""", "2024-07-01")]
    [InlineData("DATE '0001-01-01'", "DATE", """{"rule":"date","part":"month"}""", "0001-01-01")]
    [InlineData("'infinity'::DATE", "DATE", """{"rule":"date","part":"year"}""", null)]
    [InlineData("'5000-01-01 (BC)'::DATE", "DATE", """{"rule":"date","part":"year"}""", null)]
    [InlineData("TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP", """{"rule":"date","part":"day"}""", "1969-12-31 00:00:00")]
    [InlineData("'infinity'::TIMESTAMP", "TIMESTAMP", """{"rule":"date","part":"day"}""", null)]
    [InlineData("TIMESTAMP_NS '2024-03-05 01:02:03'", "TIMESTAMP_NS", """{"rule":"date","part":"month"}""", "2024-03-01 00:00:00")]
    [InlineData("'440301199001011234'", "VARCHAR", """{"rule":"division","digits":4}""", "4403")]
    [InlineData("true", "BOOLEAN", """{"rule":"keep"}""", "true")]
    public void A_rule_gives_what_policy_says(string source, string type, string rule, string? expected)
    {
        var sql = new MaskFunctions(_connection, null).Expression("v", type, Read(rule));
        Assert.NotNull(sql);
        Assert.Equal(expected, _connection.ScalarText($"SELECT ({sql})::VARCHAR FROM (SELECT {source} AS v)"));
    }

    [Theory]
    [InlineData("BLOB", """{"rule":"keep"}""")]
    [InlineData("HUGEINT", """{"rule":"band","width":10}""")]
    [InlineData("VARCHAR[]", """{"rule":"keep"}""")]
    [InlineData("VARCHAR", """{"rule":"band","width":10}""")]
    [InlineData("VARCHAR", """{"rule":"token"}""")]
    [InlineData("VARCHAR", """{"rule":"suppress"}""")]
    public void A_rule_that_does_not_fit_has_no_sql(string type, string rule) => Assert.Null(new MaskFunctions(_connection, null).Expression("v", type, Read(rule)));

    [Fact]
    public void Long_and_many_values_keep_their_places()
    {
        var sql = new MaskFunctions(_connection, null).Expression("v", "VARCHAR", Read("""{"rule":"keep-part","part":"first","characters":1}"""));
        Assert.Equal(
            "10000",
            _connection.ScalarText($"SELECT count(*) FROM (SELECT i, {sql} AS m FROM (SELECT i, CASE WHEN i % 7 > 0 THEN chr(65 + (i % 26)::INT) || repeat('好', 1 + (i % 900)::INT) END AS v FROM range(10000) t(i))) WHERE m IS NOT DISTINCT FROM CASE WHEN i % 7 > 0 THEN chr(65 + (i % 26)::INT) || '***' END"));
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void A_token_is_the_first_128_bits_of_the_keyed_hash(string name)
    {
        var suite = Suite.ByName(name);
        var key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        using var keyed = new KeyedFunctions(_connection, suite, key);
        var sql = new MaskFunctions(_connection, keyed).Expression("v", "VARCHAR", new MaskRule.Token());
        var expected = BinaryPrimitives.ReadUInt128BigEndian(suite.Hmac(key, Encoding.UTF8.GetBytes("110101199003078670"))).ToString(CultureInfo.InvariantCulture);
        Assert.Equal(expected, _connection.ScalarText($"SELECT ({sql})::VARCHAR FROM (SELECT '110101199003078670' AS v)"));
        Assert.Equal(expected, _connection.ScalarText($"SELECT ({new MaskFunctions(_connection, keyed).Expression("v", "BIGINT", new MaskRule.Token())})::VARCHAR FROM (SELECT 110101199003078670 AS v)"));
        Assert.Null(_connection.ScalarText($"SELECT ({sql})::VARCHAR FROM (SELECT NULL::VARCHAR AS v)"));
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Tokens_of_many_rows_keep_their_places_beside_missing_empty_and_long_ones(string name)
    {
        var suite = Suite.ByName(name);
        byte[] key = [1, 2, 3, 4];
        using var keyed = new KeyedFunctions(_connection, suite, key);
        var sql = new MaskFunctions(_connection, keyed).Expression("v", "VARCHAR", new MaskRule.Token());
        const string Source = "SELECT i, CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN '' WHEN i % 17 = 0 THEN repeat('长', (i % 400)::INT) ELSE 'id-' || i END AS v FROM range(9000) t(i)";
        using var result = _connection.Query($"SELECT v, {sql}, i FROM ({Source})");
        var seen = 0;
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++, seen++)
                {
                    Assert.Equal(chunk[0].IsNull(row), chunk[1].IsNull(row));
                    if (!chunk[0].IsNull(row))
                    {
                        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(suite.Hmac(key, chunk[0].Bytes(row))), chunk[1].Values<UInt128>()[row]);
                    }
                }
            }
        }

        Assert.Equal(9000, seen);
    }

    [Fact]
    public void The_keyed_order_is_the_block_permutation_of_place()
    {
        var suite = Suite.Nist;
        var key = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        using var keyed = new KeyedFunctions(_connection, suite, []);
        keyed.AddOrder("place", key);
        var block = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(block, 3);
        BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(8), 4711);
        suite.PermuteBlocks(key, block);
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(block).ToString(CultureInfo.InvariantCulture), _connection.ScalarText("SELECT system.main.place(3, i) FROM range(4711, 4712) t(i)"));
        Assert.Equal("5000", _connection.ScalarText("SELECT count(DISTINCT system.main.place(0, i)) FROM range(5000) t(i)"));
    }

    [Fact]
    public void Buckets_are_even_and_a_missing_subject_has_none()
    {
        using var keyed = new KeyedFunctions(_connection, Suite.Nist, []);
        keyed.AddSubjectBuckets("bucket", [1, 2, 3]);
        Assert.Null(_connection.ScalarText("SELECT system.main.bucket(NULL::VARCHAR)"));
        var few = _connection.ScalarInt64("SELECT count(*) FROM (SELECT system.main.bucket(i::VARCHAR) AS b FROM range(100000) t(i)) WHERE b < 100");
        Assert.InRange(few!.Value, 9_600, 10_400);
        Assert.Equal(0, _connection.ScalarInt64("SELECT count(*) FROM (SELECT system.main.bucket(i::VARCHAR) AS b FROM range(100000) t(i)) WHERE b NOT BETWEEN 0 AND 999"));
    }

    private static MaskRule Read(string json) => Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(json)).Rule;
}
