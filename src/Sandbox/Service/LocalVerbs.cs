namespace Sandbox.Host.Service;

/// <summary>Verbs that the service does not offer, each with the reason.</summary>
internal static class LocalVerbs
{
    private const string Home = "done on a machine of one's own, with a key or a domain that the service does not have";
    private const string Keeper = "for whoever keeps the machine: it names files and folders of it, or the domain's own keys";
    private const string Later = "not offered yet: its lists and refusals were not looked at for what they tell other organisations";

    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Home] =
        [
            "person keygen", "export keygen", "verify", "model inspect", "model try", "calendar count", "ledger witness", "ledger watch", "ledger feed receive", "ledger feed check", "audit verify",
            "jail run", "jail probe", "profile show", "profile compare", "profile check", "zone preview", "case kinds", "agreement forms", "data look", "account open", "disclosure",
            "he keygen", "he contribute", "he open", "he witness", "he match blind", "he match reblind",
        ],
        [Keeper] =
        [
            "init", "demo", "doctor", "serve", "backup create", "backup keys", "backup verify", "backup restore", "backup drill", "ledger repair", "ledger export", "ledger prove", "ledger archive", "ledger expire",
            "ledger feed open", "ledger feed push", "ledger feed status", "ledger feed close", "calendar load", "audit pack", "audit report", "data archive", "person sign-in", "alerts limit",
        ],
        [Later] =
        [
            "agreement end", "agreement fetch", "agreement file", "agreement keep", "agreement sign", "agreement withdraw", "assessment add",
            "assessment fetch", "case open", "case paper", "case step", "classification set", 
            "data archived", "data quality", "data standard", "demand add", "demand submit", "evaluation answer", "evaluation figures", "evaluation finish",
            "evaluation plan", "evaluation save", "he match count", "he match open", "he round close", "he round invite", "he round open", "he round permit",
            "he round receive", "he round recount", "he round take", "he sum", "negative-list add", "negative-list end", "negative-list review",
            "order accept", "order open", "order report", "order return", "order terminate", "party add", "party admit", "party bind", "party evidence",
            "party leave", "party measure", "permission end", "permission give", "person add", "person deputy", "person deputy-end",
            "person record", "procedure amend", "procedure close", "procedure open", "procedure require", "procedure set-time", "source add",
            "source approve", "source pull", "source stop", "subject approve", "subject ask", "subject carry-out", "subject copy", "subject delegate",
            "subject delegate-end", "subject documents", "subject reject", "subject verify",
        ],
    }.SelectMany(item => item.Value.Select(verb => (verb, item.Key))).ToDictionary(item => item.verb, item => item.Key, StringComparer.Ordinal);
}
