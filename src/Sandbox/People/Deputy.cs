using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>Somebody of the same organisation who may act for a person in that person's role, for a term, signed by that person. Absence holds up no gate; every bar of the one is the other's too.</summary>
/// <param name="Principal">Who is absent.</param>
/// <param name="Person">Who acts.</param>
/// <param name="Role">The principal's role.</param>
/// <param name="From">First day.</param>
/// <param name="Until">Last day.</param>
/// <param name="Signature">Base64 signature of the principal over all this.</param>
public sealed record Deputy(string Id, string Principal, string Person, Role Role, string Organisation, DateOnly From, DateOnly Until, string Signature, DateTimeOffset AppointedAt, DateTimeOffset? EndedAt = null) : IAggregate
{
    internal const string Label = "sandbox/deputy/v1";

    public static string Kind => "deputy";

    internal static byte[] Payload(string principal, string person, Role role, string organisation, DateOnly from, DateOnly until) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{principal}\n{person}\n{role}\n{organisation}\n{from:yyyy-MM-dd}\n{until:yyyy-MM-dd}\n"));
}

/// <summary>Who stood for whom at a moment.</summary>
internal static class Deputies
{
    /// <summary>Longest term of a deputy in days.</summary>
    public const int MostDays = 92;

    /// <summary>The appointment under which a person could act in a role at a moment; null where there is none that the principal signed.</summary>
    public static Deputy? At(RegistryDatabase registry, TimeZoneInfo zone, string person, Role role, DateTimeOffset at, string? principal = null)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).Date);
        return registry.All<Deputy>().FirstOrDefault(item =>
            item.Person == person && item.Role == role && (principal is null || item.Principal == principal) && item.From <= day && item.Until >= day && item.AppointedAt <= at && (item.EndedAt is null || item.EndedAt > at)
            && registry.Find<Person>(item.Principal) is { } absent && absent.Role == role && absent.Organisation == item.Organisation && registry.Find<Person>(person)?.Organisation == item.Organisation && Signed(item, absent));
    }

    /// <summary>Whether a registered person acted rightly in a role at a moment: in the own one, or for somebody.</summary>
    public static bool Holds(RegistryDatabase registry, TimeZoneInfo zone, Person person, Role role, DateTimeOffset at) => person.Role == role || At(registry, zone, person.Id, role, at) is not null;

    /// <summary>A person and a deputy are one voter: null unless one of them has voted already over the present content.</summary>
    public static Refusal? SecondVote(OpenDomain domain, IEnumerable<CastVote> votes, Actor actor)
    {
        string[] own = actor.Principal is { } principal ? [actor.Name, principal] : [actor.Name];
        // The same person voting twice in the same capacity is the review's own matter.
        return votes.Where(cast => cast.Vote.By.Id != actor.Name || cast.Vote.By.Role != actor.Role).Any(cast => Hands(domain, cast).Intersect(own).Any()) ? Again() : null;
    }

    private static IEnumerable<string> Hands(OpenDomain domain, CastVote cast)
    {
        yield return cast.Vote.By.Id;
        if (domain.Registry.Find<Person>(cast.Vote.By.Id) is { } person && person.Role != cast.Vote.By.Role && At(domain.Registry, domain.Time.LocalTimeZone, person.Id, cast.Vote.By.Role, cast.Vote.At) is { } stood)
        {
            yield return stood.Principal;
        }
    }

    private static bool Signed(Deputy item, Person principal)
    {
        try
        {
            return PublicKey.Parse(principal.PublicKey).Verify(Deputy.Label, Deputy.Payload(item.Principal, item.Person, item.Role, item.Organisation, item.From, item.Until), Convert.FromBase64String(item.Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }

    private static Refusal Again() => new(
        "CC-27-4",
        "A person and whoever stands for that person are one voter, and one of them has voted already.",
        "Let another reviewer decide.",
        "本人与其代理人视为同一审查人，其中一人已经表决。",
        "请由其他审查人员决定。");
}

/// <summary>A person appoints a deputy for a term, or ends the appointment.</summary>
internal static class AppointDeputy
{
    public static Answer Run(OpenDomain domain, Actor actor, string name, DateOnly from, DateOnly until)
    {
        var facts = new Facts { ["person"] = Names.Valid(name) ? name : "?" };
        var deputy = Names.Valid(name) ? domain.Registry.Find<Person>(name) : null;
        var refusal = deputy is null ? Refusals.Missing("person", "人员", Names.Valid(name) ? name : "?")
            : actor.Principal is not null || deputy.Id == actor.Name || deputy.Organisation != actor.Organisation || deputy.Role == actor.Role || deputy.Role == Role.Auditor ? NotFit()
            : until < from || until < domain.Today || until.DayNumber - from.DayNumber >= Deputies.MostDays ? Refusals.Form($"term (at most {Deputies.MostDays} days, not over)", $"代理期限（至多 {Deputies.MostDays} 天，未届满）")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("person.deputy", actor.Name, [refusal], facts);
        }

        facts["from"] = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        facts["until"] = until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(actor.Key.Sign(Deputy.Label, Deputy.Payload(actor.Name, name, actor.Role, actor.Organisation, from, until)));
        domain.Commit(new("person.deputy-appointed", actor.Name, facts), writer =>
            writer.TryAdd(new Deputy(FormattableString.Invariant($"d{writer.Entry}"), actor.Name, name, actor.Role, actor.Organisation, from, until, signature, domain.Time.GetUtcNow())));
        return Answer.Of(new JsonObject { ["deputy"] = name, ["for"] = actor.Name }, $"{name} may act for you with --for {actor.Name} from {facts["from"]} to {facts["until"]}.");
    }

    public static Answer End(OpenDomain domain, Actor actor, string name)
    {
        var ended = 0;
        domain.Commit(new("person.deputy-ended", actor.Name, new Facts { ["person"] = Names.Valid(name) ? name : "?" }), writer =>
        {
            foreach (var item in writer.All<Deputy>().Where(item => item.Principal == actor.Name && item.Person == name && item.EndedAt is null))
            {
                writer.Update(item with { EndedAt = domain.Time.GetUtcNow() });
                ended++;
            }

            if (ended == 0 || actor.Principal is not null)
            {
                throw new RefusedException(Refusals.Missing("deputy of yours", "代理人", "?"));
            }
        });
        return Answer.Of(new JsonObject { ["deputy"] = name, ["ended"] = ended }, $"{name} does not act for you any more.");
    }

    private static Refusal NotFit() => new(
        "SB-PERSON-2",
        "A deputy is another person of the same organisation with another role, and no auditor; a deputy appoints nobody.",
        "Name such a person. Somebody with the same role acts without being a deputy.",
        "代理人须为同一单位、角色不同且非审计的其他人员；代理人不得再委托。",
        "请另行指定。同一角色的人员无须代理即可办理。");
}
