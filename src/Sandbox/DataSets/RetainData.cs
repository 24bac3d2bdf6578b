using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>The provider says how long its data are to be kept and by which law (YN23 17). A data set without that is flagged in every list.</summary>
public static class RetainData
{
    /// <param name="years">1 to 100; 0 for good.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string id, int years, string basis)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?", ["years"] = Math.Clamp(years, -1, 1000) };
        if (!Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set)
        {
            return domain.Refuse("data.retain", actor.Name, [Refusals.Missing("data set", "数据集", "?")], facts);
        }

        if (!set.IsOf(actor))
        {
            return domain.Refuse("data.retain", actor.Name, [Refusals.NotThisRole("set the retention period", "设定保管期限", "the data set's provider", "该数据集的提供部门")], facts);
        }

        if (years is < 0 or > 100 || !Names.PlainWords(basis, 200))
        {
            return domain.Refuse("data.retain", actor.Name, [Refusals.Form("retention period", "保管期限")], facts);
        }

        DataSet? after = null;
        domain.Commit(new("data.retention-set", actor.Name, facts), writer =>
        {
            after = writer.Find<DataSet>(id)! with { Retention = new DataRetention(years, basis, actor.Name, domain.Time.GetUtcNow()) };
            writer.Update(after);
        });
        return AddData.Shown(after!);
    }

    /// <summary>For people; flagged where nobody has said.</summary>
    internal static string Words(DataSet set) => set.Retention is not { } retention ? "none: to be set (data retain) 未设定" : retention.Years == 0 ? "for good" : $"{retention.Years} years";
}
