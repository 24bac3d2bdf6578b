using Sandbox.Jail;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>A view of an owner's script that becomes a table of a workbench.</summary>
/// <param name="Schema">Schema of the view and of the table.</param>
/// <param name="Name">Name of the view and of the table.</param>
/// <param name="Rules">Rules by column name; every column that is to be there needs one.</param>
public sealed record PublishedView(string Schema, string Name, IReadOnlyDictionary<string, MaskRule> Rules);

/// <summary>
/// Builds an unsealed workbench from an owner's own SQL script: for trying out statements and for judging the guard. The script runs in the jailed build child;
/// only the published views, masked, reach the zone, so what the script created does not exist where statements run.
/// </summary>
public static class OwnerScriptZone
{
    /// <summary>The zone in sealed memory, or null when the script or a view failed.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<SealedMemory?> BuildAsync(Jailer jailer, Suite suite, string script, IReadOnlyList<PublishedView> views, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(views);
        using var keys = new KeyFile();
        using var files = new OpenedSegments();
        using var order = Secret.Random(suite.KeyLength);
        using var token = Secret.Random(suite.KeyLength);
        var (orderSlot, tokenSlot) = (keys.Add(order), keys.Add(token));
        keys.Seal();
        var message = new BuildRequest(
            "Workbench", suite.Name, files.Add(keys.TakeMemory()), tokenSlot, orderSlot, 1, false, script,
            [.. views.Select(view => new BuildTable(
                view.Schema, view.Name, [], $"{Identifier.Quote(view.Schema)}.{Identifier.Quote(view.Name)}",
                [.. view.Rules.Select(rule => new BuildColumn(rule.Key, rule.Value.ToJson()))], null, null, [], []))],
            1L << 30, Environment.ProcessorCount);
        var zone = SealedMemory.Create("zone");
        try
        {
            ChildOutcome<BuildReply> outcome;
            using (var target = zone.OpenWrite())
            {
                outcome = await ChildCall.RunAsync(
                    jailer, WorkerProgram.Command(JailPolicies.Build with { MaxOutputBytes = JailPolicies.Build.TmpfsBytes }, "build", files.Files), (message, BuildJson.Default.BuildRequest), BuildJson.Default.BuildReply,
                    ChildCall.Into(target), cancellation).ConfigureAwait(false);
            }

            if (outcome is ChildOutcome<BuildReply>.Done)
            {
                zone.Seal();
                return zone;
            }
        }
        catch
        {
            zone.Dispose();
            throw;
        }

        zone.Dispose();
        return null;
    }
}
