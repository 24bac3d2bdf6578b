using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>The unified authentication service that people sign in through, once one is set (CC 11(2), FT 16).</summary>
/// <param name="Issuer">Issuer that its tokens name.</param>
/// <param name="Key">Its public key, PEM.</param>
public sealed record SignInProvider(string Id, string Issuer, string Key, string SetBy, DateTimeOffset SetAt) : IAggregate
{
    public const string OnlyId = "sign-in";

    public static string Kind => "sign_in_provider";

    /// <summary>Why a person may not act: a service is set and the token is not a good one of it for that person. Null when the person may.</summary>
    internal static Refusal? Against(OpenDomain domain, string person, string? token) =>
        domain.Registry.Find<SignInProvider>(OnlyId) is { } provider && !provider.Knows(domain, person, token) ? NotSignedIn() : null;

    /// <summary>Whether a text is a good token of this service for a person.</summary>
    internal bool Knows(OpenDomain domain, string person, string? token) =>
        token is not null && SignInToken.Subject(token, Key, Issuer, domain.Record.Name, domain.Time.GetUtcNow()) == person;

    /// <summary>The token in a file; null where there is no file, or one that is none.</summary>
    internal static string? ReadToken(string? file) => file is not null && File.Exists(file) && new FileInfo(file).Length <= 1 << 14 ? File.ReadAllText(file).Trim() : null;

    private static Refusal NotSignedIn() => new(
        "CC-11-2",
        "People sign in through the unified authentication service, and no good token of it for this person was given (CC 11(2), FT 16).",
        "Fetch a fresh token for this domain and name its file with --token, beside your own key.",
        "本域人员须通过统一身份认证登录，而未提供该人员的有效令牌（CC 11(2)、FT 16）。",
        "请获取本域的新令牌，并用 --token 指定其文件（个人密钥仍需提供）。");
}

/// <summary>The bureau sets the service. Whoever sets it shows a token of it, so that nobody is locked out by a slip; it can be changed for another one, not taken away.</summary>
internal static class SetSignIn
{
    public static Answer Run(OpenDomain domain, Actor actor, string issuer, string pem, string? token)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("person.sign-in", actor.Name, [Refusals.NotThisRole("set the sign-in service", "设置统一身份认证", "the bureau", "主管部门")]);
        }

        var provider = new SignInProvider(SignInProvider.OnlyId, issuer, pem, actor.Name, domain.Time.GetUtcNow());
        if (!Names.PlainWords(issuer, 200) || !SignInToken.IsKey(pem) || !provider.Knows(domain, actor.Name, token))
        {
            return domain.Refuse("person.sign-in", actor.Name, [Refusals.Form("sign-in service (issuer, P-256 public key, a good token of it for you)", "统一身份认证设置（签发方、P-256 公钥及本人的有效令牌）")]);
        }

        domain.Commit(new("person.sign-in-set", actor.Name, new Facts { ["key"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(System.Text.Encoding.UTF8.GetBytes(pem)))[..32] }), writer =>
        {
            if (!writer.TryAdd(provider))
            {
                writer.Update(provider);
            }
        });
        return Answer.Of(new JsonObject { ["issuer"] = issuer }, $"From now on everybody signs in with a token of {issuer} for the audience '{domain.Record.Name}', beside the own key.");
    }
}
