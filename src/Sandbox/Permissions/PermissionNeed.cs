using Sandbox.Host.Answers;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;

namespace Sandbox.Host.Permissions;

/// <summary>Where the permission of the person or body concerned is needed, and whose rows may be seen then (FT-20-1). Asked anew for everything that reads rows.</summary>
internal static class PermissionNeed
{
    /// <summary>Whether the data set is of a class that the profile lets be used only with permission. One that the profile bars stays barred, whatever was permitted.</summary>
    public static bool Of(OpenDomain domain, string dataSet)
    {
        IReadOnlyList<DataClass> classes = domain.Registry.Find<Classification>(dataSet)?.Now.Classes ?? [];
        return domain.Procedures.PermissionNeeded.Any(needed => classes.Contains(needed.Value));
    }

    /// <summary>Whose rows may be seen today; null where no permission is needed.</summary>
    /// <exception cref="RefusedException">The data set names no subject, so whose row is whose can't be told.</exception>
    public static PermissionView? View(OpenDomain domain, DataSet set, string scenario)
    {
        if (!Of(domain, set.Id))
        {
            return null;
        }

        if (set.SubjectColumn is null)
        {
            throw new RefusedException(NoSubject(set.Id));
        }

        var register = Register(domain, set.Id, scenario);
        return new PermissionView(register?.Book, register?.State ?? 0, domain.Today);
    }

    /// <summary>The view under which something was made earlier; null where no permission was needed then.</summary>
    /// <exception cref="RefusedException">The book is gone, so what was told can't be put together with anything.</exception>
    public static PermissionView? View(OpenDomain domain, string scenario, PermissionState? then)
    {
        if (then is null)
        {
            return null;
        }

        var register = Register(domain, then.DataSet, scenario);
        return then.State > (register?.State ?? 0) ? throw new RefusedException(Changed()) : new PermissionView(then.State == 0 ? null : register!.Book, then.State, then.Day);
    }

    /// <summary>What the tables of a scenario stand under today, one for each data set that needs permission.</summary>
    /// <param name="untils">True to find the day on which the first permission lapses, for what is kept.</param>
    /// <exception cref="RefusedException">A data set names no subject.</exception>
    public static IReadOnlyList<PermissionState> States(OpenDomain domain, Scenario scenario, bool untils)
    {
        var states = new List<PermissionState>();
        foreach (var table in scenario.Tables)
        {
            if (domain.Registry.Find<DataSet>(table.DataSet) is { } set && View(domain, set, scenario.Id) is { } view)
            {
                states.Add(StateOf(set.Id, view) with { Until = untils ? FirstToLapse(domain, set.Id, view) : null });
            }
        }

        return states;
    }

    public static PermissionState StateOf(string dataSet, PermissionView view) => new(dataSet, view.State, view.Day);

    /// <summary>Whether a permission was given or ended since, or became needed: asked in the transaction of what was computed meanwhile.</summary>
    public static bool Moved(OpenDomain domain, RegistryWriter writer, Scenario scenario, IReadOnlyList<PermissionState> states) =>
        // Terms are looked at on one day, which must not end meanwhile.
        states.Any(state => state.Day != domain.Today)
        || scenario.Tables.Any(table =>
            Needed(domain, writer, table.DataSet) != states.Any(state => state.DataSet == table.DataSet)
            || states.Any(state => state.DataSet == table.DataSet && (writer.Find<PermissionRegister>(PermissionRegister.IdOf(table.DataSet, scenario.Id))?.State ?? 0) != state.State));

    /// <summary>Why a zone may not be read any more; null when it may. A permission that ended or lapsed after the zone was built shuts it, for its rows lie in it.</summary>
    public static Refusal? Stale(OpenDomain domain, Zone zone, Scenario scenario)
    {
        foreach (var table in scenario.Tables.Where(table => Of(domain, table.DataSet)))
        {
            if (zone.Permissions.FirstOrDefault(state => state.DataSet == table.DataSet) is not { } state)
            {
                return Unpermitted();
            }

            if ((Register(domain, table.DataSet, scenario.Id)?.LastEnd ?? 0) > state.State || domain.Today > state.Until || domain.Today < state.Day)
            {
                return Ended();
            }
        }

        return null;
    }

    private static bool Needed(OpenDomain domain, RegistryWriter writer, string dataSet) =>
        writer.Find<Classification>(dataSet) is { } known && domain.Procedures.PermissionNeeded.Any(needed => known.Now.Classes.Contains(needed.Value));

    private static PermissionRegister? Register(OpenDomain domain, string dataSet, string scenario) => domain.Registry.Find<PermissionRegister>(PermissionRegister.IdOf(dataSet, scenario));

    private static DateOnly? FirstToLapse(OpenDomain domain, string dataSet, PermissionView view)
    {
        if (view.Book is not { } book)
        {
            return null;
        }

        using var key = domain.Keys.OpenKey(KeyScope.DataSet, dataSet);
        using var source = domain.Store.Open(book, key);
        int? first = null;
        foreach (var entry in PermissionBook.Read(source).Where(entry => entry.Holds(view.State, view.Day.DayNumber)))
        {
            first = Math.Min(first ?? int.MaxValue, entry.Until);
        }

        return first is { } day ? DateOnly.FromDayNumber(day) : null;
    }

    public static Refusal Changed() => new(
        "FT-20-1",
        "Permissions of the people concerned were given or ended while this was being computed; nothing was kept or told.",
        "Do it again.",
        "计算期间相关主体的授权发生变化；未保留或告知任何内容。",
        "请重试。");

    private static Refusal NoSubject(string set) => new(
        "FT-20-1",
        $"The data set '{set}' may be used only with the permission of the people or bodies concerned, and it names no subject column, so whose row is whose can't be told.",
        "Let the provider load it with --subject.",
        $"数据集“{set}”须经相关主体授权方可使用，但未指定主体列，无法确定各行所属主体。",
        "请提供部门用 --subject 指定主体列后重新加载。");

    private static Refusal Ended() => new(
        "FT-20-1",
        "A permission of somebody whose rows are in this zone has ended or lapsed since it was built.",
        "Build the zone again under another name; who permits still is in it then.",
        "该分区建成后，其中有主体的授权已被撤回或到期。",
        "请以新名称重新建立分区；新分区仅含仍有有效授权的主体。");

    private static Refusal Unpermitted() => new(
        "FT-20-1",
        "The zone was built before its data were found to need the permission of the people or bodies concerned.",
        "Let the permissions be recorded (permission give) and build the zone again under another name.",
        "该分区建成时，其数据尚未被认定为须经相关主体授权。",
        "请登记授权（permission give），并以新名称重新建立分区。");
}
