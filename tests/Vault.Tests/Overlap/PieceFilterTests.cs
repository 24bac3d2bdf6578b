using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Overlap;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Overlap;

/// <summary>The filter may say "perhaps" of anything and "no" only of what is in no encoding among the pieces; the encodings are made by the engine.</summary>
public sealed class PieceFilterTests
{
    [Fact]
    public void What_is_among_the_pieces_in_any_encoding_is_never_passed_over()
    {
        var random = new Random(5);
        string[] atoms = ["a", "B", "Z9", " ", "  ", "张", "三", "鿿", "䀀", "é", "É", "İ", "ß", "𠮷", "😀", "が", "カ\u3099", "Ａ", "\r\n", "\n", "\t", "0", "12.5", "-", "_", "'", "\u0301", "K"];
        string[] values = [.. Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => atoms[random.Next(atoms.Length)]))).Distinct(), new string('x', 255), new string('x', 256), new string('x', 257), new string('张', 90)];
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE t (v VARCHAR)");
        using (var appender = new RowAppender(connection, "t", [DuckDbTypeId.Varchar]))
        {
            foreach (var value in values)
            {
                var (chunk, at) = appender.Next();
                chunk.Writable(0).SetText(at, value);
            }

            appender.Complete();
        }

        foreach (var (sql, hex, base64) in new[]
        {
            ("lower(v)", false, false), ("reverse(lower(v))", false, false), ("replace(lower(v), ' ', '')", false, false), ("lower(hex(encode(v)))", true, false), ("rtrim(lower(to_base64(encode(v))), '=')", false, true),
        })
        {
            var filter = new PieceFilter(values.Length);
            using (var pieces = connection.Query($"SELECT {sql} FROM t"))
            {
                while (pieces.Fetch() is { } chunk)
                {
                    using (chunk)
                    {
                        for (var row = 0; row < chunk.Rows; row++)
                        {
                            filter.Add(chunk[0].Bytes(row), hex, base64);
                        }
                    }
                }
            }

            Assert.All(values, value => Assert.True(filter.May(Encoding.UTF8.GetBytes(value)), $"{sql} of {Convert.ToHexString(Encoding.UTF8.GetBytes(value))}"));
        }
    }

    [Fact]
    public void What_is_not_among_them_is_mostly_passed_over()
    {
        var filter = new PieceFilter(100_000);
        for (var i = 0; i < 100_000; i++)
        {
            filter.Add(Encoding.UTF8.GetBytes($"piece {i}"), hex: false, base64: true);
        }

        Assert.InRange(Enumerable.Range(0, 100_000).Count(i => filter.May(Encoding.UTF8.GetBytes($"value 张 {i}"))), 0, 6000);
        Assert.All(Enumerable.Range(0, 100_000), i => Assert.True(filter.May(Encoding.UTF8.GetBytes($"PIECE {i}"))));
    }
}
