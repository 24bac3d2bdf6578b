using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>The bureau files the records that a person needs before processing data (CC 20(1), YN25 25(1)); a record that is filed again takes the place of the earlier one.</summary>
internal static class FilePersonRecord
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string name, PersonRecordKind kind, DateOnly from, DateOnly until, byte[] paper, CancellationToken cancel)
    {
        var facts = new Facts { ["person"] = Names.Valid(name) ? name : "?", ["kind"] = kind.ToString() };
        var refusal = actor.Role != Role.Authority ? Refusals.NotThisRole("file records of persons", "登记人员材料", "the bureau", "主管部门")
            : !Names.Valid(name) || domain.Registry.Find<Person>(name) is null ? Refusals.Missing("person", "人员", Names.Valid(name) ? name : "?")
            : actor.Is(name) ? OwnRecord()
            : kind == PersonRecordKind.Unknown || until < from || paper.Length == 0 ? Refusals.Form("record's description", "人员材料说明")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("person.record", actor.Name, [refusal], facts);
        }

        var (stored, digest) = await PaperStore.KeepAsync(domain, actor.Name, paper, cancel).ConfigureAwait(false);
        facts["expires"] = IsoDay.Word(until);
        facts["object"] = stored.Commitment;
        domain.Commit(new("person.record-filed", actor.Name, facts), writer =>
        {
            var record = new FiledRecord(kind, from, until, stored, digest, actor.Name);
            if (writer.Find<PersonFile>(name) is { } file)
            {
                writer.Update(file with { Records = [.. file.Records.Where(item => item.RecordKind != kind), record] });
            }
            else
            {
                writer.TryAdd(new PersonFile(name, [record]));
            }
        });
        var lacking = PartyChecks.Personnel(domain.Profile.Parties, Standing.Records(domain, name), domain.Today).Refusals.Count;
        return Answer.Of(new JsonObject { ["person"] = name, ["record"] = kind.ToString(), ["digest"] = digest, ["expires"] = IsoDay.Word(until), ["lacking"] = lacking }, $"Filed; it counts from {IsoDay.Word(from)} to {IsoDay.Word(until)}. Records still lacking: {lacking}.");
    }

    private static Refusal OwnRecord() => new(
        "CC-20-1", "Nobody files the own records.", "Let another person of the bureau file them.", "任何人不得登记本人的材料。", "请由主管部门其他人员登记。");
}
