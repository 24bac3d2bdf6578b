using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Quality;
using Sandbox.Trust;
using Sandbox.Vault.Quality;

namespace Sandbox.Host.Quality;

/// <summary>
/// The provider sets the quality standard of its data set; every standing load is measured against it then, every later one after it was loaded, and all again whenever the provider or the bureau asks:
/// what was timely once is not for ever. Counts only, and only these two see them.
/// </summary>
internal static class MeasureQuality
{
    public static async Task<Answer> SetAsync(OpenDomain domain, Actor actor, string id, byte[] file, CancellationToken cancel)
    {
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?" };
        if (OwnData.Refused(domain, actor, id, null) is { } refusal)
        {
            return domain.Refuse("data.standard", actor.Name, [refusal], facts);
        }

        var (standard, faults) = file.Length <= InputJson.Longest ? QualityStandard.FromUntrusted(file) : (null, [Refusals.Form("quality standard", "质量标准")]);
        if (standard is null)
        {
            return domain.Refuse("data.standard", actor.Name, faults, facts);
        }

        var set = domain.Registry.Find<DataSet>(id)!;
        if (standard.Rules.SelectMany(rule => rule.Columns).Any(name => set.Columns.All(column => column.Name != name)))
        {
            return domain.Refuse("data.standard", actor.Name, [Refusals.Missing("column", "列", "?")], facts);
        }

        // Measured first: a standard that does not fit the data is none.
        var before = domain.Registry.Find<DataQuality>(id);
        var quality = new DataQuality(id, Encoding.UTF8.GetString(file), (before?.Revision ?? 0) + 1, actor.Name, domain.Time.GetUtcNow(), before?.Measures ?? []);
        var (after, reason) = await MeasuredAsync(domain, set, quality, null, cancel).ConfigureAwait(false);
        if (after is null)
        {
            return domain.Refuse("data.standard", actor.Name, [reason!], facts);
        }

        facts["rules"] = standard.Rules.Count;
        facts["revision"] = quality.Revision;
        facts["digest"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(file));
        domain.Commit(new("data.standard-set", actor.Name, facts), writer =>
        {
            CheckStill(writer.Find<DataSet>(id)!, set, writer.Find<DataQuality>(id), before);
            writer.Put(after);
        });
        return QualityReport.Shown(set, after);
    }

    /// <summary>Measures every standing load as of today.</summary>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, CancellationToken cancel)
    {
        if (QualityReport.Refused(domain, actor, id) is { } refusal)
        {
            return domain.Refuse("data.quality", actor.Name, [refusal], new Facts { ["data_set"] = Names.Valid(id) ? id : "?" });
        }

        var set = domain.Registry.Find<DataSet>(id)!;
        return await KeptAsync(domain, actor.Name, set, null, cancel).ConfigureAwait(false) is { } failed
            ? domain.Refuse("data.quality", actor.Name, [failed], new Facts { ["data_set"] = id })
            : QualityReport.Shown(set, domain.Registry.Find<DataQuality>(id)!);
    }

    /// <summary>Measures a load that was just taken in, where there is a standard. The load stands whatever comes of it; why it could not be measured is told and is in the ledger.</summary>
    public static async Task<Refusal?> AfterLoadAsync(OpenDomain domain, string actor, DataSet set, string batch, CancellationToken cancel)
    {
        if (domain.Registry.Find<DataQuality>(set.Id) is null)
        {
            return null;
        }

        Refusal? failed;
        try
        {
            failed = await KeptAsync(domain, actor, set, batch, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RefusedException or TrustException or JailRefusedException or OperationCanceledException)
        {
            failed = Interrupted;
        }

        if (failed is not null)
        {
            domain.Refuse("data.quality", actor, [failed], new Facts { ["data_set"] = set.Id, ["batch"] = batch });
        }

        return failed;
    }

    private static Refusal Interrupted { get; } = new(
        "SB-QUALITY-3", "The measuring was interrupted, or the data set changed meanwhile.", "Measure it again (data quality --measure).", "测算被中断，或其间数据集发生变化。", "请重新测算（data quality --measure）。");

    private static async Task<Refusal?> KeptAsync(OpenDomain domain, string actor, DataSet set, string? batch, CancellationToken cancel)
    {
        var before = domain.Registry.Find<DataQuality>(set.Id)!;
        var (after, reason) = await MeasuredAsync(domain, set, before, batch, cancel).ConfigureAwait(false);
        if (after is null)
        {
            return reason;
        }

        var latest = QualityReport.Latest(set, after).ToArray();
        var facts = new Facts { ["data_set"] = set.Id, ["organisation"] = set.Provider, ["revision"] = after.Revision, ["loads"] = batch is null ? latest.Length : 1, ["rules"] = latest[^1].Results.Count };
        domain.Commit(new("data.quality-measured", actor, facts), writer =>
        {
            CheckStill(writer.Find<DataSet>(set.Id)!, set, writer.Find<DataQuality>(set.Id), before);
            writer.Update(after);
        });
        return null;
    }

    /// <summary>The record with new measurements of one load or of all that stand; or why there are none.</summary>
    private static async Task<(DataQuality? After, Refusal? Reason)> MeasuredAsync(OpenDomain domain, DataSet set, DataQuality quality, string? batch, CancellationToken cancel)
    {
        var standing = set.Standing.Where(one => one.Rows > 0).ToArray();
        var segments = set.ZoneSegments();
        var standard = quality.Read();
        var service = new QualityService(domain.Jailer, domain.Store);
        using var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        for (var at = 0; at < standing.Length; at++)
        {
            if (batch is not null && standing[at].Id != batch)
            {
                continue;
            }

            var result = await service.MeasureAsync([.. segments.Take(standing.Take(at + 1).Sum(one => one.Parts.Count))], standing[at].Parts.Count, key, standard, domain.Today, cancel).ConfigureAwait(false);
            if (result is not QualityResult.Measured measured)
            {
                return (null, ((QualityResult.Refused)result).Reason);
            }

            quality = quality.With(new QualityMeasure(
                standing[at].Id, set.Provider, quality.Revision, domain.Today, standing[at].Rows, standing[at].Rejected,
                [.. standard.Rules.Zip(measured.Scores, (rule, score) => new RuleResult(rule.Id, rule.Dimension, rule.Columns, score.Looked, score.Faulty))]));
        }

        return (quality, null);
    }

    // What was loaded, taken away or measured by somebody else meanwhile is not overwritten.
    private static void CheckStill(DataSet now, DataSet measured, DataQuality? quality, DataQuality? before)
    {
        if (now.Epoch != measured.Epoch || quality?.Revision != before?.Revision || quality?.Measures.Count != before?.Measures.Count)
        {
            throw new RefusedException(LoadDelivery.Moved());
        }
    }
}
