using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>Regulations laid side by side, a deployment's own profile checked and used, and what was laid over it shown with its source.</summary>
public sealed class ProfileDoorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("YB-27-1", "yibin", "changchun", "futian", "yunnan-2023", "changchun-trading")]
    public void A_profile_of_ones_own_is_checked_whole_and_used_and_what_lies_over_it_is_shown_with_its_source()
    {
        var file = _folder.Write("rules.json", """{"name":"city-rules","base":"yibin","overlays":[{"switch":"training","from":"changchun"},{"switch":"retention","from":"futian"},{"switch":"mood","from":"futian"}],"note":"x"}""");
        var faulty = SandboxProgram.Json("profile", "check", file).RefusedBy("YB-27-1");
        var why = faulty.Json["refusals"]!.AsArray().Select(item => item!["why"]!.GetValue<string>()).ToArray();
        Assert.Equal(2, why.Length);
        Assert.Contains(why, words => words.Contains("$.overlays[2].switch", StringComparison.Ordinal));
        Assert.Contains(why, words => words.Contains("$.note", StringComparison.Ordinal));
        SandboxProgram.Json("init", "--dir", _folder.File("city"), "--profile-file", file, "--acknowledge-draft").RefusedBy("YB-27-1");
        Assert.False(Directory.Exists(_folder.File("city")));

        file = _folder.Write("rules.json", """{"name":"city-rules","base":"yibin","overlays":[{"switch":"training","from":"changchun"},{"switch":"retention","from":"futian"}]}""");
        Assert.Equal("city-rules", SandboxProgram.Json("profile", "check", file).Ends(Ran.Done).Json["profile"]!.GetValue<string>());
        SandboxProgram.Json("init", "--dir", _folder.File("city"), "--profile-file", file).RefusedBy("YB-27-1");
        SandboxProgram.Json("init", "--dir", _folder.File("city"), "--profile-file", file, "--profile", "yibin").Ends(Ran.Usage);
        SandboxProgram.Json("init", "--dir", _folder.File("city"), "--profile-file", file, "--acknowledge-draft").Ends(Ran.Done);
        var shown = SandboxProgram.Json("profile", "show", "--dir", _folder.File("city")).Ends(Ran.Done).Json;
        Assert.Equal("futian", shown["members"]!["log_retention"]!["from"]!.GetValue<string>());
        Assert.Equal("FT 14", shown["members"]!["log_retention"]!["ref"]![0]!.GetValue<string>());
        Assert.Null(shown["members"]!["protection_level"]!["from"]);
        Assert.Equal(["raw_visibility", "export_approvers"], shown["required_configuration"]!.AsArray().Select(item => item!.GetValue<string>()));

        // Where texts differ, articles beside the values; where one is silent, nothing.
        var differences = SandboxProgram.Json("profile", "compare", "changchun", "futian", "yibin").Ends(Ran.Done).Json["differences"]!.AsArray().ToDictionary(item => item!["member"]!.GetValue<string>(), item => item!["values"]!);
        Assert.Equal(("CC 31", "FT 14"), (differences["log_retention"]["changchun"]!["ref"]![0]!.GetValue<string>(), differences["log_retention"]["futian"]!["ref"]![0]!.GetValue<string>()));
        Assert.Null(differences["log_retention"]["yibin"]);
        Assert.False(differences.ContainsKey("raw_export_barred"));
        SandboxProgram.Json("profile", "compare", "changchun", "beijing").RefusedBy("YB-27-1");
        SandboxProgram.Json("profile", "compare", "changchun").Ends(Ran.Usage);
        SandboxProgram.Run("profile", "compare", "changchun", "futian").Ends(Ran.Done);
        SandboxProgram.Run("profile", "show", "yunnan-2023").Ends(Ran.Done);

        // The two texts of this kind: one in force since March 2024, one a draft.
        Assert.Null(SandboxProgram.Json("profile", "show", "yunnan-2023").Ends(Ran.Done).Json["members"]!["agreement_term"]);
        SandboxProgram.Json("init", "--dir", _folder.File("yunnan"), "--profile", "yunnan-2023").Ends(Ran.Done);
        SandboxProgram.Json("init", "--dir", _folder.File("trading"), "--profile", "changchun-trading").RefusedBy("YB-27-1");
        SandboxProgram.Json("init", "--dir", _folder.File("trading"), "--profile", "changchun-trading", "--acknowledge-draft").Ends(Ran.Done);
    }
}
