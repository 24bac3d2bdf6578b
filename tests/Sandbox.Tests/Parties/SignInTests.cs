using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>With a unified authentication service set, nobody signs in with a key alone, and only a good token of that service for that person and domain counts.</summary>
public sealed class SignInTests
{
    [Fact]
    [Requirement("CC-11-2")]
    public void A_local_account_alone_does_not_sign_in_once_a_service_is_set()
    {
        using var folder = new TemporaryFolder();
        using var service = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var wide = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var root = folder.File("city");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        SandboxProgram.Json("init", "--dir", root, "--name", "town", "--profile", "futian", "--suite", "nist", "--admin", "zhao").Ends(Ran.Done);
        Ran Add(string name, string? token) => SandboxProgram.Json(["person", "add", name, "--org", "city-lab", "--role", "scientist", "--dir", root, "--as", "zhao", .. token is null ? Array.Empty<string>() : ["--token", token]]);
        Ran Set(ECDsa key, string? token) => SandboxProgram.Json(["person", "sign-in", "--issuer", "https://login.example", "--key", folder.Write("service.pem", key.ExportSubjectPublicKeyInfoPem()), "--dir", root, "--as", "zhao", .. token is null ? Array.Empty<string>() : ["--token", token]]);
        string Token(ECDsa key, string subject = "zhao", string issuer = "https://login.example", string audience = "\"town\"", long from = -60, long until = 600, string header = """{"alg":"ES256","typ":"JWT"}""")
        {
            var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iss":"{{issuer}}","sub":"{{subject}}","aud":{{audience}},"nbf":{{now + from}},"exp":{{now + until}}}"""))}";
            return folder.Write(Guid(), $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}\n");
        }

        string Guid() => "token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

        // Before: the key alone. Whoever sets the service shows that it works, or would lock everybody out.
        Add("first", null).Ends(Ran.Done);
        Set(service, null).RefusedBy("SB-HOST-6");
        Set(service, Token(stranger)).RefusedBy("SB-HOST-6");
        Set(wide, Token(service)).RefusedBy("SB-HOST-6");
        Set(service, Token(service)).Ends(Ran.Done);

        Add("second", null).RefusedBy("CC-11-2");
        Add("second", Token(service)).Ends(Ran.Done);
        Add("third", Token(service, audience: "[\"other\",\"town\"]")).Ends(Ran.Done);
        foreach (var bad in new[]
        {
            Token(service, issuer: "https://login.elsewhere"), Token(stranger), Token(service, until: -1), Token(service, from: 300), Token(service, subject: "first"), Token(service, audience: "\"village\""),
            Token(service, audience: "7"), Token(service, header: """{"alg":"none"}"""), Token(service, header: """{"alg":"ES256","crit":["b64"]}"""), Token(service, header: """{"alg":"HS256"}"""),
            folder.Write("cut", File.ReadAllText(Token(service))[..60]), folder.Write("changed", File.ReadAllText(Token(service)).Replace(".", ".e", StringComparison.Ordinal)), folder.File("absent"),
        })
        {
            Add("fourth", bad).RefusedBy("CC-11-2");
        }

        // A service cannot be set by somebody who is not signed in, and no verb takes it away.
        Set(stranger, Token(stranger)).RefusedBy("CC-11-2");
        SandboxProgram.Json("ledger", "verify", "--dir", root).Ends(Ran.Done);
    }
}
