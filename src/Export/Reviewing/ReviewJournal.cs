using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Reviewing;

/// <summary>
/// A review as bytes and back. What is stored is the history; reading plays it through Policy's transitions again and verifies every vote, so that a stored
/// review can't be in a state that its votes do not give.
/// </summary>
public static class ReviewJournal
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private static readonly GrantedScope CheckedBefore = new("", true, "", new HashSet<string>(), DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>Canonical JSON.</summary>
    public static byte[] Write(ExportReview review)
    {
        ArgumentNullException.ThrowIfNull(review);
        return CanonicalJson.Serialize(new JsonObject
        {
            ["export"] = review.ExportId,
            ["journal"] = new JsonArray([.. review.Journal.Select(Write)]),
        });
    }

    /// <summary>The review that these bytes give; null when they were changed or do not play through.</summary>
    public static ExportReview? Read(ReadOnlySpan<byte> stored)
    {
        try
        {
            if (CanonicalJson.ParseExact(stored) is not JsonObject { Count: 2 } document || document["journal"] is not JsonArray journal)
            {
                return null;
            }

            var export = Text(document, "export");
            ExportReview? review = null;
            foreach (var record in journal.Select(item => item as JsonObject))
            {
                if (record is null || Play(review, export, record) is not ReviewOutcome.Moved(var moved))
                {
                    return null;
                }

                review = moved;
            }

            return review is not null && Write(review).AsSpan().SequenceEqual(stored) ? review : null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException or OverflowException or TrustException)
        {
            return null;
        }
    }

    private static JsonObject Write(ReviewRecord record) => record switch
    {
        ReviewRecord.OpenedBy opened => new JsonObject
        {
            ["event"] = "opened",
            ["by"] = Person(opened.Author),
            ["content"] = opened.ContentDigest,
            ["checks"] = opened.Checks.ToString(),
            ["first_reviews"] = opened.Rules.FirstReviews,
            ["approvers"] = new JsonArray([.. opened.Rules.Approvers.Select(role => (JsonNode)role.ToString())]),
            ["references"] = new JsonArray([.. opened.Rules.References.Select(reference => (JsonNode)reference)]),
            ["at"] = Time(opened.At),
        },
        ReviewRecord.Voted voted => new JsonObject
        {
            ["event"] = "voted",
            ["by"] = Person(voted.Registered),
            ["statement"] = JsonNode.Parse(voted.Statement.ToBytes()),
            ["at"] = Time(voted.At),
        },
        ReviewRecord.Changed changed => new JsonObject
        {
            ["event"] = "changed",
            ["by"] = Person(changed.By),
            ["content"] = changed.ContentDigest,
            ["checks"] = changed.Checks.ToString(),
        },
        ReviewRecord.Withdrawn withdrawn => new JsonObject { ["event"] = "withdrawn", ["by"] = Person(withdrawn.By) },
        ReviewRecord.ReleasedBy released => new JsonObject
        {
            ["event"] = "released",
            ["by"] = Person(released.By),
            ["content"] = released.ContentDigest,
            ["at"] = Time(released.At),
        },
        ReviewRecord.RevokedBy revoked => new JsonObject { ["event"] = "revoked", ["by"] = Person(revoked.By) },
        _ => throw new InvalidOperationException("An unknown record can't be stored."),
    };

    private static ReviewOutcome? Play(ExportReview? review, string export, JsonObject record)
    {
        var by = Person(record);
        return (Text(record, "event"), review) switch
        {
            ("opened", null) => ExportReview.Open(
                export,
                new ReviewRules(record["first_reviews"]!.GetValue<int>(), [.. Texts(record, "approvers").Select(Enum.Parse<Role>)], [.. Texts(record, "references")]),
                by, Text(record, "content"), Enum.Parse<Verdict>(Text(record, "checks")), CheckedBefore, Time(record)),
            ("voted", { } open) when record["statement"] is JsonObject statement && Vote.FromUntrusted(statement) is { } cast => open.Cast(
                cast.Vote, SignedStatement.Verify(CanonicalJson.Serialize(statement), Vote.Label, cast.Key), by, Time(record)),
            ("changed", { } open) => open.Change(by, Text(record, "content"), Enum.Parse<Verdict>(Text(record, "checks"))),
            ("withdrawn", { } open) => open.Withdraw(by),
            ("released", { } open) => open.Release(by, Text(record, "content"), CheckedBefore, Time(record)),
            ("revoked", { } open) => open.Revoke(by),
            _ => null,
        };
    }

    private static JsonArray Person(Reviewer person) => new(person.Id, person.Role.ToString(), person.Organisation);

    private static Reviewer Person(JsonObject record) => Texts(record, "by") is [var id, var role, var organisation]
        ? new Reviewer(id, Enum.Parse<Role>(role), organisation)
        : throw new FormatException();

    private static string Text(JsonObject record, string name) => record[name]?.GetValue<string>() ?? throw new FormatException();

    private static string[] Texts(JsonObject record, string name) =>
        record[name] is JsonArray items ? [.. items.Select(item => item?.GetValue<string>() ?? throw new FormatException())] : throw new FormatException();

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonObject record) =>
        DateTimeOffset.ParseExact(Text(record, "at"), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
