using Sandbox.Policy;

namespace Sandbox.Host.Identity;

/// <summary>Refusals at the door of the service.</summary>
internal static class IdentityRefusals
{
    /// <summary>One answer for every reason, so that it says neither who has an account nor what was right.</summary>
    public static Refusal SignIn() => new(
        "SB-SIGN-1",
        "Name, password or code is not right, or the account is locked.",
        $"Check all three. After {Account.MostMisses} failures in a row an account is locked for {Account.LockFor.TotalMinutes:0} minutes; the bureau can unlock it.",
        "姓名、口令或动态码有误，或账户已锁定。",
        $"请核对三者。连续失败 {Account.MostMisses} 次后账户锁定 {Account.LockFor.TotalMinutes:0} 分钟，主管部门可解锁。");

    public static Refusal SignedOut() => new(
        "SB-SIGN-2",
        "Nobody is signed in here, or the session or token is over.",
        "Sign in at /v1/session, or send a token as `Authorization: Bearer`.",
        "尚未登录，或会话、令牌已失效。",
        "请在 /v1/session 登录，或以 Authorization: Bearer 方式提供令牌。");

    public static Refusal OutOfScope() => new(
        "SB-SIGN-3",
        "This token is not for that: its scopes do not hold the operation, or a person has to be there for it.",
        "Use a token with that scope; answers on a screen, votes, consents and releases need a person's session.",
        "该令牌不适用：其范围不含此操作，或此操作须由本人在场办理。",
        "请使用范围相符的令牌；屏显结果、表决、同意与放行须由本人登录办理。");

    public static Refusal Scopes() => new(
        "SB-SIGN-4",
        $"A token has at least one scope, each a group of operations or GROUP:read, and a term of 1 to {ApiToken.MostDays} days.",
        "The groups stand in the help of `sandbox token create`.",
        $"令牌须至少有一项范围（操作组或“组:read”），期限为 1 至 {ApiToken.MostDays} 天。",
        "可用的操作组见 sandbox token create 的帮助。");

    public static Refusal OwnOnly() => new(
        "SB-SIGN-5",
        "Accounts and tokens are for a person's own name; nobody makes one while standing for somebody.",
        "Do it without --for.",
        "账户与令牌仅限本人名义，代理期间不得办理。",
        "请去掉 --for 后再办理。");

    /// <summary>Told only to whoever gave the right password.</summary>
    public static Refusal NeedsCode() => new(
        "SB-SIGN-7",
        "Whoever reviews or supervises, also for somebody else, signs in with a code of an authenticator.",
        "Open the account anew with `sandbox account open --second-factor`, then sign in with password and code.",
        "审查、监督人员（含代理人）须使用动态码登录。",
        "请用 sandbox account open --second-factor 重新开户，再以口令和动态码登录。");

    public static Refusal NoTokens() => new(
        "CC-11-2",
        "People of this domain sign in through the unified authentication service; a token of the domain's own would go past it (CC 11(2), FT 16).",
        "Let programs act through a session that was opened with a token of that service.",
        "本域人员须通过统一身份认证登录，不得另设本域令牌（CC 11(2)、FT 16）。",
        "程序请使用经该认证服务登录的会话。");

    public static Refusal TooMany() => new(
        "SB-SIGN-6",
        "Too many requests from here.",
        "Wait the number of seconds in Retry-After, then go on.",
        "请求过于频繁。",
        "请按 Retry-After 所示秒数等待后再试。");
}
