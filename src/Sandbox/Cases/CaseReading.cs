using System.Text.Json;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy.Cases;

namespace Sandbox.Host.Cases;

/// <summary>What a case is decided by, read from the registry before a transaction or inside it.</summary>
internal sealed record CaseReading(
    Func<string, Case?> Case, Func<IReadOnlyList<Case>> Cases, Func<string, DataSet?> DataSet, Func<string, Release?> Release, Func<string, ExportRequest?> Request, Func<string, Scenario?> Scenario, Func<string, Person?> Person)
{
    public static CaseReading Of(RegistryDatabase registry) => new(
        registry.Find<Case>, registry.All<Case>, registry.Find<DataSet>, registry.Find<Release>, registry.Find<ExportRequest>, registry.Find<Scenario>, registry.Find<Person>);

    public static CaseReading Of(RegistryWriter writer) => new(
        writer.Find<Case>, writer.All<Case>, writer.Find<DataSet>, writer.Find<Release>, writer.Find<ExportRequest>, writer.Find<Scenario>, writer.Find<Person>);

    /// <summary>What is wrong with a name that was written; null where it stands.</summary>
    /// <param name="actor">Who writes it: a release is used by those who asked for it.</param>
    /// <param name="about">The case that the name is written in; null at its opening.</param>
    public string? Refer(CaseField field, string name, Actor? actor, Case? about) =>
        !Names.Valid(name) ? "it is no name"
        : field.Form switch
        {
            CaseFieldForm.DataSet => DataSet(name) is null ? "there is no such data set" : null,
            CaseFieldForm.Release => Release(name) is not { } release ? "there is no such release: nothing of that name passed review and left"
                : release.RevokedAt is not null ? "the release was called back"
                : actor is not null && Request(name)?.Organisation != actor.Organisation ? "the release is another organisation's"
                : null,
            CaseFieldForm.Scenario => Scenario(name) is not { } scenario ? "there is no such scenario"
                : about?.Text("release") is { } of && Request(of)?.Spec.Scenario != scenario.Id ? "the release was made under another scenario"
                : null,
            CaseFieldForm.Person => Person(name) is null ? "there is no such person" : null,
            CaseFieldForm.Case => Case(name) is not { } other || other.CaseKind != field.Of[0] ? $"there is no such case of the kind {field.Of[0]}"
                : other.Drill ? "it is a drill"
                : !field.Of.Skip(1).Contains(other.State) ? $"that case is {other.State}"
                : null,
            _ => null,
        };

    /// <summary>Whether what a case was opened about still stands.</summary>
    public IEnumerable<(CaseField Field, string Wrong)> Fallen(CaseForm form, Case item) =>
        from field in form.Fields
        where item.Text(field.Name) is not null
        let wrong = Refer(field, item.Text(field.Name)!, null, null)
        where wrong is not null && field.Form is CaseFieldForm.Release or CaseFieldForm.Case
        select (field, wrong);

    public CaseFacts Facts(CaseForm form, Case item, string basis) => new(
        item.State, item.Organisation, item.Text("data_set") is { } set ? DataSet(set)?.Provider : null, item.Text("seller"), item.Text("buyer"),
        [.. item.Steps.Select(step => (step.Command, step.By))], Untold(form, item, basis));

    /// <summary>Bodies that a case must be told to and was not; a drill tells nobody.</summary>
    public static IReadOnlyList<string> Untold(CaseForm form, Case item, string basis)
    {
        if (form.Notices is not { } notices || item.Drill)
        {
            return [];
        }

        // The duty arises in each stay: a trade that is halted a second time is told a second time.
        var since = item.Steps.Count - item.Steps.Reverse().TakeWhile(step => notices.In.Contains(step.To)).Count();
        if (since == item.Steps.Count)
        {
            return [];
        }

        var told = item.Steps.Skip(since).Where(step => step.Command == notices.Command).Select(step => step.Content.GetProperty("body").GetString()).ToHashSet(StringComparer.Ordinal);
        return [.. CaseMachine.Bodies(form, basis, item.OpenerRole).SelectMany(bodies => bodies.Value).Where(body => !told.Contains(body))];
    }

    /// <summary>Another case of the kind that has the value which may be there once.</summary>
    public Case? Twin(CaseForm form, JsonElement content) =>
        form.Once is { } once && content.TryGetProperty(once, out var value)
            ? Cases().FirstOrDefault(other => other.CaseKind == form.Kind && other.Text(once) == value.GetString())
            : null;
}
