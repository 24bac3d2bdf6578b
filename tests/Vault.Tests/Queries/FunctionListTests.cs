using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>The list against the engine's own catalogue.</summary>
public sealed class FunctionListTests
{
    [Fact]
    public void Every_function_of_the_engine_is_on_the_list_with_a_reason()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions()");
        var unknown = new List<string>();
        var seen = 0;
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    seen++;
                    if (FunctionList.BuiltIn.Find(chunk[0].Text(row)).Reason is null)
                    {
                        unknown.Add(chunk[0].Text(row));
                    }
                }
            }
        }

        Assert.True(seen > 900);
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("count", 1)]
    [InlineData("COUNT", 1)]
    [InlineData("range", 2)]
    [InlineData("**", 1)]
    [InlineData("read_csv", 0)]
    [InlineData("duckdb_anything_new", 0)]
    [InlineData("pg_sleep", 0)]
    [InlineData("pg_typeof", 1)]
    [InlineData("date_format", 0)]
    [InlineData("made_up", 0)]
    [InlineData("", 0)]
    public void A_name_has_the_use_that_the_list_says(string name, int use) => Assert.Equal((FunctionUse)use, FunctionList.BuiltIn.Find(name).Use);
}
