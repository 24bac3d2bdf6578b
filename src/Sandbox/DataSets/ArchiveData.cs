using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Lineage;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>
/// The provider makes a package of a data set for the archives authority, and files its receipt (YN23 17). The package is index and digests, signed by the domain: handing rows over is none of the
/// domain's exits, so the content stays sealed here, or goes to the archives from the provider's own files, and the digests of its deliveries tell whether it is the same.
/// </summary>
internal static class ArchiveData
{
    public const string Label = "sandbox/archive-index/v1";
    public const int MostReceiptBytes = 8 << 20;
    private const string KeyId = "archive-receipts";

    public static Answer Pack(OpenDomain domain, Actor actor, string id, string path)
    {
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?" };
        if (OwnData.Refused(domain, actor, id, null) is { } refusal)
        {
            return domain.Refuse("data.archive", actor.Name, [refusal], facts);
        }

        var set = domain.Registry.Find<DataSet>(id)!;
        if (set.Retention is null)
        {
            return domain.Refuse("data.archive", actor.Name, [NoRetention()], facts);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{id}-{domain.Registry.All<ArchivePackage>().Count(package => package.DataSet == id) + 1}");
        var batches = set.Batches.Where(batch => batch.WithdrawnAt is null).ToArray();
        var bytes = SignedStatement.Sign(domain.Keys.DomainKey, Label, Index(domain, set, name, batches)).ToBytes();
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(bytes));
        facts["package"] = name;
        facts["digest"] = digest;
        facts["batches"] = batches.Length;
        if (!LineageFile.TryWrite(path, bytes))
        {
            return domain.Refuse("data.archive", actor.Name, [NotWritten()], facts);
        }

        domain.Commit(new("data.archived", actor.Name, facts), writer =>
        {
            if (writer.Find<DataSet>(id)!.Epoch != set.Epoch || !writer.TryAdd(new ArchivePackage(name, id, digest, [.. batches.Select(batch => batch.Id)], actor.Name, domain.Time.GetUtcNow())))
            {
                File.Delete(path);
                throw new RefusedException(LoadDelivery.Moved());
            }
        });
        return Answer.Of(new JsonObject { ["package"] = name, ["file"] = path, ["digest"] = digest, ["batches"] = batches.Length }, $"Package '{name}' written to {path}; digest {digest}. File the receipt of the archives authority with `data archived {name}`.");
    }

    public static async Task<Answer> ReceiveAsync(OpenDomain domain, Actor actor, string package, string number, byte[] receipt, CancellationToken cancel)
    {
        var known = Names.Valid(package) ? domain.Registry.Find<ArchivePackage>(package) : null;
        var facts = new Facts { ["package"] = known?.Id ?? "?", ["data_set"] = known?.DataSet ?? "?" };
        if ((known is null ? Refusals.Missing("archive package", "归档包", "?") : OwnData.Refused(domain, actor, known.DataSet, null)
            ?? (known.Receipt is not null ? Refusals.Taken("receipt for the package", "归档包回执", package) : !Names.PlainWords(number, 100) || receipt.Length == 0 ? Refusals.Form("receipt", "回执") : null)) is { } refusal)
        {
            return domain.Refuse("data.archive-received", actor.Name, [refusal], facts);
        }

        using var staged = await domain.SealAsync("archive-receipt", KeyScope.Domain, KeyId, actor.Name, receipt, cancel).ConfigureAwait(false);
        var paper = staged.Commit();
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(receipt));
        facts["receipt"] = digest;
        domain.Commit(new("data.archive-received", actor.Name, facts), writer =>
        {
            var now = writer.Find<ArchivePackage>(package)!;
            writer.Update(now.Receipt is null ? now with { Receipt = new(number, paper, digest, actor.Name, domain.Time.GetUtcNow()) } : throw new RefusedException(Refusals.Taken("receipt for the package", "归档包回执", package)));
        });
        return Answer.Of(new JsonObject { ["package"] = package, ["handed_over"] = true, ["receipt"] = digest }, $"Package '{package}' is marked as handed over; receipt {number}.");
    }

    private static JsonObject Index(OpenDomain domain, DataSet set, string name, IReadOnlyList<Batch> batches) => new()
    {
        ["package"] = name,
        ["domain"] = domain.Record.Name,
        ["data_set"] = set.Id,
        ["provider"] = set.Provider,
        ["source"] = set.Source,
        ["retention_years"] = set.Retention!.Years,
        ["retention_basis"] = set.Retention.Basis,
        ["made_at"] = domain.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        ["columns"] = new JsonArray([.. set.Columns.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["grade"] = column.Grade.ToString() })]),
        ["files"] = new JsonArray([.. batches.Select(batch => (JsonNode)new JsonObject
        {
            ["batch"] = batch.Id,
            ["acquired"] = (batch.AcquiredOn ?? set.AcquiredOn).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["loaded_at"] = batch.LoadedAt.ToString("O", CultureInfo.InvariantCulture),
            ["rows"] = Coarse.Count(batch.Rows),
            ["sealed"] = new JsonArray([.. batch.Objects.Select(item => (JsonNode)item.Commitment)]),
        })]),
        ["ledger"] = domain.Ledger.Head().Note,
    };

    private static Refusal NoRetention() => new(
        "YN23-17-1", "Nobody has said how long the data set is to be kept, so it can't be archived.", "Set the period first: data retain.", "该数据集尚未设定保管期限，无法归档。", "请先设定保管期限（data retain）。");

    private static Refusal NotWritten() => new(
        "YN23-17-1", "There is already something at that place, or no folder for it; nothing was written.", "Name a new file in a folder that exists.", "该位置已有文件或文件夹不存在；未写入任何内容。", "请指定已有文件夹内的新文件名。");
}
