using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>A provider decides in which manner its data come, and every load is held against that.</summary>
public static class DecideSupply
{
    public const string Rule = "YB-15-2";

    public static Answer Run(OpenDomain domain, Actor actor, string name, SupplyMode mode)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["data_set"] = Names.Valid(name) ? name : "?", ["mode"] = Word(mode) };
        if (Check(domain, actor, name, mode) is { } refusal)
        {
            return domain.Refuse("data.supply", actor.Name, [refusal], facts);
        }

        domain.Commit(new("data.supply-decided", actor.Name, facts), writer =>
        {
            // Somebody else may have taken the name, or rows may have come, since it was looked at.
            if (writer.Find<Supply>(name) is { } standing && standing.Provider != actor.Organisation)
            {
                throw new RefusedException(Refusals.Taken("data set", "数据集", name));
            }

            if (mode == SupplyMode.Joint && writer.Find<DataSet>(name) is { } set && set.Standing.Any())
            {
                throw new RefusedException(RowsStand());
            }

            var decided = new Supply(name, actor.Organisation, mode, actor.Name, domain.Time.GetUtcNow());
            if (!writer.TryAdd(decided))
            {
                writer.Update(decided);
            }
        });
        return Answer.Of(new JsonObject { ["data_set"] = name, ["supply"] = Word(mode) }, $"'{name}' is supplied {Words(mode).English} from now on.");
    }

    /// <summary>Why a load does not keep to what was agreed; null when it does, or nothing was agreed.</summary>
    /// <param name="mode">The manner of the load.</param>
    internal static Refusal? Against(Supply? agreed, SupplyMode mode) => agreed is null || agreed.Mode == mode ? null : new(
        Rule,
        $"The provider agreed to supply this data set {Words(agreed.Mode).English}, and this is another manner.",
        agreed.Mode == SupplyMode.Joint ? "Work with it in encrypted sums and matches, or ask its provider to decide otherwise with `sandbox data supply`." : "Keep to the agreed manner, or let the provider decide anew with `sandbox data supply`.",
        $"该数据集的提供部门同意{Words(agreed.Mode).Chinese}，本次方式不同。",
        agreed.Mode == SupplyMode.Joint ? "请通过密文求和与匹配使用，或由提供部门用 sandbox data supply 重新决定。" : "请按约定方式提供，或由提供部门用 sandbox data supply 重新决定。");

    internal static string Word(SupplyMode mode) => mode switch
    {
        SupplyMode.File => "file",
        SupplyMode.Interface => "interface",
        SupplyMode.Joint => "joint",
        _ => "unknown",
    };

    internal static SupplyMode Read(string? word) => word switch
    {
        "file" => SupplyMode.File,
        "interface" => SupplyMode.Interface,
        "joint" => SupplyMode.Joint,
        _ => SupplyMode.Unknown,
    };

    private static (string English, string Chinese) Words(SupplyMode mode) => mode switch
    {
        SupplyMode.File => ("as files", "以文件方式提供"),
        SupplyMode.Interface => ("through an interface that is asked", "以服务接口方式提供"),
        SupplyMode.Joint => ("for joint modelling only, without its rows", "仅以联合建模方式提供、不提供数据行"),
        _ => ("in no manner that is known", "以未知方式提供"),
    };

    private static Refusal? Check(OpenDomain domain, Actor actor, string name, SupplyMode mode)
    {
        var set = Names.Valid(name) ? domain.Registry.Find<DataSet>(name) : null;
        return !Names.Valid(name) ? Refusals.BadName(name)
            : mode == SupplyMode.Unknown ? Refusals.Form("manner of supply", "提供方式")
            : actor.Role != Role.SourceDepartment || (set is not null && !set.IsOf(actor)) ? Refusals.NotThisRole("decide in which manner these data are supplied", "决定该数据的提供方式", "the data set's provider", "该数据集的提供部门")
            : domain.Registry.Find<Supply>(name) is { } standing && standing.Provider != actor.Organisation ? Refusals.Taken("data set", "数据集", name)
            : mode == SupplyMode.Joint && set is not null && set.Standing.Any() ? RowsStand()
            : null;
    }

    private static Refusal RowsStand() => new(
        Rule, "Rows of this data set are in the domain; for joint modelling none may be.", "Withdraw them first: `sandbox data withdraw NAME --batch all`.",
        "该数据集已有数据行在域内；联合建模方式下不得有数据行。", "请先撤回：sandbox data withdraw 名称 --batch all。");
}
