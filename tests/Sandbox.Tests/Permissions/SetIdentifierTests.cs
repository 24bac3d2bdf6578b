using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>Under Yunnan's rules data carry the set identifier of whom they are about, and nobody is made to give a biometric sample.</summary>
public sealed class SetIdentifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _firms;
    private readonly string _people;

    public SetIdentifierTests()
    {
        // Computed by their own check digits: GB 32100 with MOD 31-3, GB 11643 with MOD 11-2.
        _firms = _folder.Write("firms.csv", "usc,name,staff\n" + string.Concat(Enumerable.Range(0, 60).Select(at => $"{CreditCode(at)},firm {at},{at}\n")));
        _people = _folder.Write("people.csv", "doc,district\n" + string.Concat(Enumerable.Range(0, 60).Select(at => $"{IdentityNumber(at)},east\n")));
    }

    [Theory]
    [InlineData("yunnan-2023", true)]
    [InlineData("futian", false)]
    [Requirement("YN23-20-1", "yunnan-2023")]
    public void A_table_without_its_set_identifier_is_not_loaded_where_the_profile_asks_for_it(string profile, bool asked)
    {
        Begin(profile);
        var before = Objects();
        foreach (var words in new[]
        {
            Array.Empty<string>(),
            ["--about", "legal-persons"],
            ["--about", "legal-persons", "--tag", "usc=identity-number"],
            ["--about", "organisations"],
            ["--about", "persons"],
            ["--about", "nobody"],
        })
        {
            var ran = Load("firms", _firms, words);
            if (asked || words.Contains("--tag"))
            {
                ran.RefusedBy("YN23-20-1");
                Assert.Empty(Call("data", "list").Json["data_sets"]!.AsArray());
            }
            else
            {
                ran.Ends(Ran.Done);
                return;
            }
        }

        Assert.Equal(before, Objects().Intersect(before));

        // A column that holds something else is not taken for the code.
        Load("firms", _firms, "--about", "legal-persons", "--tag", "name=credit-code").RefusedBy("YN23-20-1");
        Load("firms", _firms, "--about", "legal-persons", "--tag", "nothing=credit-code").RefusedBy("LOAD-IDENTIFIER");
        Load("firms", _firms, "--about", "martians").Ends(Ran.Usage);
        Load("firms", _firms, "--tag", "usc").Ends(Ran.Usage);
        Load("people", _people, "--about", "persons", "--tag", "district=identity-number").RefusedBy("YN23-20-1");
        Load("people", _people, "--about", "nobody").RefusedBy("YN23-20-1");

        Load("firms", _firms, "--about", "legal-persons", "--tag", "usc=credit-code").Ends(Ran.Done);
        Load("bodies", _firms, "--about", "organisations", "--tag", "name=other-code").Ends(Ran.Done);
        Load("people", _people, "--about", "persons", "--tag", "doc=identity-number").Ends(Ran.Done);
        var firms = Call("data", "show", "firms").Ends(Ran.Done).Json;
        Assert.Equal("legal-persons", firms["about"]!.GetValue<string>());
        Assert.Equal("usc credit-code Identifier", Assert.Single(firms["columns"]!.AsArray().Where(column => column!["tag"] is not null).Select(column => $"{column!["name"]} {column["tag"]} {column["grade"]}")));

        // What is confirmed keeps its tag; a tag is not confirmed away.
        As("chen", "data", "confirm", "firms", "--about", "nobody").RefusedBy("YN23-20-1");
        As("chen", "data", "confirm", "firms", "--tag", "name=credit-code").RefusedBy("YN23-20-1");
        As("chen", "data", "confirm", "firms", "--grade", "usc=General").Ends(Ran.Refused);
        Assert.Equal("legal-persons", As("chen", "data", "confirm", "firms").Ends(Ran.Done).Json["about"]!.GetValue<string>());
        Load("roads", _folder.Write("roads.csv", "road,length\nR1,5\nR2,6\n"), "--about", "nobody").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YN23-20-1", "yunnan-2023")]
    [Requirement("YN23-24-1", "yunnan-2023")]
    public void After_a_document_nothing_more_is_asked_for_and_no_file_can_demand_a_sample()
    {
        Begin("yunnan-2023");
        foreach (var (text, path) in new[]
        {
            ("""{"documents":["face"]}""", "$.documents[0]"),
            ("""{"documents":["identity_document","fingerprint"]}""", "$.documents[1]"),
            ("""{"documents":["Iris_Scan"]}""", "$.documents[0]"),
            ("""{"documents":[]}""", "$.documents"),
            ("""{"documents":["identity_document","identity_document"]}""", "$.documents[1]"),
            ("""{"documents":["identity_document"],"then":"face"}""", "$.then"),
            ("""{"documents":[7]}""", "$.documents[0]"),
            ("[]", "$"),
        })
        {
            var ran = As("zhao", "subject", "documents", _folder.Write("documents.json", text)).RefusedBy("YN23-20-1");
            Assert.Contains(ran.Json["refusals"]!.AsArray(), refusal => refusal!["why"]!.GetValue<string>().Contains($" at {path}", StringComparison.Ordinal));
        }

        As("chen", "subject", "documents", _folder.Write("documents.json", """{"documents":["identity_document"]}""")).RefusedBy("SB-HOST-5");
        As("zhao", "subject", "documents", _folder.Write("documents.json", """{"documents":["identity_document"]}""")).Ends(Ran.Done);
        Load("people", _people, "--about", "persons", "--tag", "doc=identity-number", "--subject", "doc").Ends(Ran.Done);
        As("zhao", "person", "add", "zhang", "--org", "public", "--role", "subject").Ends(Ran.Done);
        foreach (var kind in new[] { "face", "fingerprint", "iris", "other_document" })
        {
            Verify(kind).Ends(Ran.Refused);
        }

        // One document opens every step, to the end.
        Verify("identity_document").Ends(Ran.Done);
        As("zhang", "subject", "ask", "copy-1", "--wish", "copy", "--identifier", _folder.File("id.txt")).Ends(Ran.Done);
        As("chen", "subject", "approve", "copy-1").Ends(Ran.Done);
        As("zhang", "subject", "copy", "copy-1", "--identifier", _folder.File("id.txt"), "--out", _folder.File("copy.json")).Ends(Ran.Done);

        As("zhang", "subject", "ask", "drop-1", "--wish", "delete", "--data-set", "people", "--grounds", "no basis", "--identifier", _folder.File("id.txt")).Ends(Ran.Done);
        As("chen", "subject", "approve", "drop-1").Ends(Ran.Done);
        Assert.Equal(1, As("chen", "subject", "carry-out", "drop-1", "--identifier", _folder.File("id.txt")).Ends(Ran.Done).Json["records"]!.GetValue<int>());
        Assert.Equal(0, As("zhang", "subject", "copy", "copy-1", "--identifier", _folder.File("id.txt"), "--out", _folder.File("copy.json")).Ends(Ran.Done).Json["records"]![0]!["count"]!.GetValue<int>());

        // No delegation where the profile knows none.
        As("zhang", "subject", "delegate", "lab-1", "copy-1", "--to", "city-lab", "--until", "2099-01-01").RefusedBy("YN23-24-1");
    }

    public void Dispose() => _folder.Dispose();

    private void Begin(string profile)
    {
        SandboxProgram.Json(["init", "--dir", _folder.File("town"), "--name", "town", "--profile", profile, .. profile == "futian" ? Array.Empty<string>() : ["--overlay", "futian:approvers"], "--overlay", "changchun:training", "--suite", "nist", "--admin", "zhao"]).Ends(Ran.Done);
        As("zhao", "person", "add", "chen", "--org", "civil-affairs", "--role", "provider").Ends(Ran.Done);
    }

    private Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", _folder.File("town"), "--as", who]);

    private Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", _folder.File("town")]);

    private Ran Load(string name, string file, params string[] words) => As("chen", ["data", "add", name, "--file", file, "--source", "a test", "--acquired", "2026-01-02", .. words]);

    private Ran Verify(string kind) => As("chen", "subject", "verify", "zhang", "--document", kind, "--identifier", _folder.Write("id.txt", IdentityNumber(5)), "--evidence", _folder.Write("record.pdf", "shown"));

    private string[] Objects() => [.. Directory.GetFiles(Path.Combine(_folder.File("town"), "objects")).Order(StringComparer.Ordinal)];

    private static string IdentityNumber(int at)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"110101199{at % 10}0{1 + (at % 9)}1{at % 10}{at:D3}");
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((digit, place) => (digit - '0') * weights[place]).Sum() % 11];
    }

    private static string CreditCode(int at)
    {
        const string Letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        int[] inner = [3, 7, 9, 10, 5, 8, 4, 2];
        var organisation = string.Create(CultureInfo.InvariantCulture, $"{60003700 + at:D8}");
        var check = 11 - (organisation.Select((digit, place) => (digit - '0') * inner[place]).Sum() % 11);
        var body = new StringBuilder("91110000").Append(organisation).Append(check switch { 10 => "X", 11 => "0", _ => check.ToString(CultureInfo.InvariantCulture) }).ToString();
        return body + Letters[(31 - (body.Select((letter, place) => Letters.IndexOf(letter) * weights[place]).Sum() % 31)) % 31];
    }
}
