using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Identity;

/// <summary>A program's way in: it acts as its person within its scopes until it ends. The registry holds no secret of it.</summary>
/// <param name="Id">Name that its person gave it.</param>
/// <param name="Person">For whom it acts.</param>
/// <param name="Key">Base64 of the person's private key, sealed under the token's secret and the domain.</param>
/// <param name="Scopes">What it may do: <c>GROUP</c> or <c>GROUP:read</c>.</param>
public sealed record ApiToken(string Id, string Person, string Key, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt = null) : IAggregate
{
    /// <summary>Longest term in days.</summary>
    public const int MostDays = 366;

    private const string Scheme = "sbx_";
    private const int SecretLength = 32;
    private static readonly int SecretText = Base64Url.GetEncodedLength(SecretLength);

    public static string Kind => "api_token";

    internal string Context => "token/" + Id;

    internal bool Good(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;

    internal bool Allows(string group, bool read) => Scopes.Contains(group, StringComparer.Ordinal) || (read && Scopes.Contains(group + ":read", StringComparer.Ordinal));

    /// <summary>Name and secret of a presented token; null for a text that is none.</summary>
    internal static (string Id, Secret Secret)? Read(string text)
    {
        if (text.Length is < 6 or > 128 || !text.StartsWith(Scheme, StringComparison.Ordinal) || text.Length < Scheme.Length + 2 + SecretText || text[^(SecretText + 1)] != '_')
        {
            return null;
        }

        var id = text[Scheme.Length..^(SecretText + 1)];
        var secret = text.AsSpan(text.Length - SecretText);
        if (!Names.Valid(id) || !Base64Url.IsValid(secret, out var length) || length != SecretLength)
        {
            return null;
        }

        return (id, Secret.Fill(SecretLength, target => Base64Url.DecodeFromChars(text.AsSpan(text.Length - SecretText), target)));
    }

    /// <summary>The name alone.</summary>
    internal static string? IdOf(string text)
    {
        var read = Read(text);
        read?.Secret.Dispose();
        return read?.Id;
    }

    internal static string Text(string id, Secret secret) => $"{Scheme}{id}_{Base64Url.EncodeToString(secret.Bytes)}";
}

/// <summary>Makes and ends tokens.</summary>
public static class MakeToken
{
    /// <param name="groups">Groups of verbs that a token can be for.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string name, IReadOnlyList<string> scopes, int days, IReadOnlyCollection<string> groups)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(scopes);
        if (!Names.Valid(name))
        {
            return domain.Refuse("token.create", actor.Name, [Refusals.BadName(name)]);
        }

        if (actor.Principal is not null)
        {
            return domain.Refuse("token.create", actor.Name, [IdentityRefusals.OwnOnly()]);
        }

        if (domain.Registry.Find<SignInProvider>(SignInProvider.OnlyId) is not null)
        {
            return domain.Refuse("token.create", actor.Name, [IdentityRefusals.NoTokens()]);
        }

        if (scopes.Count == 0 || days is < 1 or > ApiToken.MostDays || scopes.Any(scope => !groups.Contains(scope.EndsWith(":read", StringComparison.Ordinal) ? scope[..^5] : scope)))
        {
            return domain.Refuse("token.create", actor.Name, [IdentityRefusals.Scopes()]);
        }

        using var pepper = Account.Pepper(domain);
        using var secret = Secret.Random(32);
        var now = domain.Time.GetUtcNow();
        var token = new ApiToken(name, actor.Name, "", [.. scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], now, now.AddDays(days));
        token = token with { Key = Convert.ToBase64String(SealedPersonKey.Seal(pepper, token.Context, actor.Key, secret)) };
        domain.Commit(new("token.created", actor.Name, new Facts { ["token"] = name, ["scopes"] = string.Join(' ', token.Scopes) }), writer =>
        {
            if (!writer.TryAdd(token))
            {
                throw new RefusedException(Refusals.Taken("token", "令牌", name));
            }
        });
        var text = ApiToken.Text(name, secret);
        return Answer.Of(
            new JsonObject { ["token"] = name, ["scopes"] = new JsonArray([.. token.Scopes.Select(scope => (JsonNode)scope)]), ["expires"] = token.ExpiresAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["secret"] = text },
            $"{text}\nThis is shown once. It acts as {actor.Name} for {string.Join(", ", token.Scopes)} until {IsoDay.Word(DateOnly.FromDateTime(token.ExpiresAt.UtcDateTime))}.");
    }

    public static Answer End(OpenDomain domain, Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        domain.Commit(new("token.ended", actor.Name, new Facts { ["token"] = Names.Valid(name) ? name : "unknown" }), writer =>
        {
            var token = Names.Valid(name) ? writer.Find<ApiToken>(name) : null;
            if (token is null || (token.Person != actor.Name && actor.Role != Role.Authority))
            {
                throw new RefusedException(Refusals.Missing("token", "令牌", Names.Valid(name) ? name : "?"));
            }

            writer.Update(token with { Key = "", EndedAt = token.EndedAt ?? domain.Time.GetUtcNow() });
        });
        return Answer.Of(new JsonObject { ["token"] = name, ["ended"] = true }, $"{name} ended.");
    }

    /// <summary>The own tokens; as the bureau everybody's.</summary>
    public static Answer List(OpenDomain domain, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var now = domain.Time.GetUtcNow();
        var tokens = domain.Registry.All<ApiToken>().Where(token => token.Person == actor.Name || actor.Role == Role.Authority).ToArray();
        domain.Note(new("token.listed", actor.Name, new Facts { ["tokens"] = tokens.Length }));
        return Answer.Of(
            new JsonObject
            {
                ["tokens"] = new JsonArray([.. tokens.Select(token => (JsonNode)new JsonObject
                {
                    ["token"] = token.Id, ["person"] = token.Person, ["scopes"] = new JsonArray([.. token.Scopes.Select(scope => (JsonNode)scope)]), ["good"] = token.Good(now), ["expires"] = token.ExpiresAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                })]),
            },
            console =>
            {
                foreach (var token in tokens)
                {
                    console.Profile.Out.Writer.WriteLine($"{token.Id} of {token.Person}: {string.Join(", ", token.Scopes)}{(token.Good(now) ? "" : " (ended)")}");
                }
            });
    }
}
