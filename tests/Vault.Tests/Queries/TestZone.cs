using Sandbox.Jail;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>One open session over a small workbench whose raw values are planted secrets; tests of a class share it.</summary>
public sealed class TestZone : IAsyncLifetime
{
    /// <summary>Parts of raw values that nothing may ever show.</summary>
    public static readonly string[] Secrets = ["PLANTED", "4403081999", "7301.25", "SALT-77"];

    private const string Script = """
        CREATE SCHEMA raw;
        CREATE SCHEMA share;
        CREATE TABLE raw.person AS SELECT i AS id, 'PLANTED' || i AS name, '4403081999' || i AS cid, 20 + i % 50 AS age, 'D' || (i % 3) AS district, 7301.25 + i * 10000 AS income FROM range(1, 1001) t(i);
        CREATE TABLE raw.closed AS SELECT 'PLANTED-CLOSED' AS v;
        CREATE VIEW share.person AS SELECT name, age, district, income FROM raw.person WHERE 'SALT-77' IS NOT NULL;
        """;

    private static readonly PublishedView Person = new("share", "person", new Dictionary<string, MaskRule>
    {
        ["name"] = new MaskRule.Token(),
        ["age"] = new MaskRule.Band(10),
        ["district"] = new MaskRule.Keep(),
        ["income"] = new MaskRule.Round(1000),
    });

    internal static Jailer Jailer { get; } = new(EnginePaths.Locate(), new JailOptions());

    public QuerySession Session { get; private set; } = null!;

    public static async Task<QuerySession> OpenAsync(QueryLimits? limits = null, int people = 1000)
    {
        var script = Script.Replace("range(1, 1001)", FormattableString.Invariant($"range(1, {people + 1})"), StringComparison.Ordinal);
        var zone = await OwnerScriptZone.BuildAsync(Jailer, Suite.Nist, script, [Person]);
        Assert.NotNull(zone);
        return await new QueryService(Jailer).OpenAsync(zone, limits);
    }

    public async Task InitializeAsync() => Session = await OpenAsync();

    public async Task DisposeAsync() => await Session.DisposeAsync();

    /// <summary>Everything that a caller could show or log of an answer.</summary>
    internal static string TextOf(QueryAnswer answer) => answer switch
    {
        QueryAnswer.Rows rows => string.Join('\n', rows.Columns.Select(column => column.Name)) + string.Join('\n', rows.Values.Select(row => string.Join('|', row))),
        _ => answer.ToString(),
    };
}
