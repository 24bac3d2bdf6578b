using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Packaging;

public sealed class ReleaseTests : IDisposable
{
    private readonly SigningKey _domain = Suite.Nist.GenerateSigningKey();

    public void Dispose() => _domain.Dispose();

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void A_release_verifies_with_the_public_key_alone(string suite)
    {
        using var key = Suite.ByName(suite).GenerateSigningKey();
        var built = Build(Sample.Release(key.Suite), key);
        var genuine = Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(built.Package, PublicKey.Parse(key.Public.ToString())));
        Assert.Equal("e-1", genuine.Manifest.Release);
        Assert.Equal("US BTS", genuine.Manifest.DataSets[0].Source);
        Assert.Equal("2026-01-02", genuine.Manifest.DataSets[0].Acquired);
        Assert.Equal(2, genuine.Manifest.Approvals.Count);
        Assert.False(genuine.InLedger);
        Assert.Equal(genuine.Words.Count, genuine.WordsZh.Count);
        Assert.Equal(Convert.ToHexStringLower(key.Suite.Hash(built.Package)), built.Digest);
    }

    [Fact]
    public void The_manifest_names_only_checks_that_were_made()
    {
        var genuine = Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(Build(Sample.Release(Suite.Nist), _domain).Package, _domain.Public));
        Assert.Contains(genuine.Manifest.Checks, check => check.Rule == "RawRowCheck");
        Assert.Contains(genuine.Manifest.Checks, check => check.Rule == AtomCheck.Name);

        // Of an opened total nothing was compared.
        var total = Sample.Release(Suite.Nist, Sample.Case(Sample.Table() with { Differencing = DifferencingSearch.NoDataSet }));
        genuine = Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(Build(total, _domain).Package, _domain.Public));
        Assert.DoesNotContain(genuine.Manifest.Checks, check => check.Rule == AtomCheck.Name);
    }

    [Fact]
    public void The_content_is_what_was_checked()
    {
        var built = Build(Sample.Release(Suite.Nist), _domain);
        var files = Assert.IsType<ArchiveContent.Read>(ArchiveReader.FromUntrusted(built.Package)).Files;
        Assert.Equal(["data/delays.csv", "data/delays.json", "manifest.json"], files.Select(file => file.Path));
        Assert.Equal(
            "\"carrier\",\"flights\",\"mean_delay\"\r\n\"AA\",100,13.72\r\n\"HP\",101,27.13\r\n\"UA\",102,40.26\r\n",
            Encoding.UTF8.GetString(files[0].Content.Span));
        Assert.Equal(built.Package, ArchiveLayout.Pack(files));
    }

    [Fact]
    public void Every_flipped_bit_of_a_package_is_found_and_explained()
    {
        var package = Build(Sample.Release(Suite.Nist), _domain).Package;
        var rules = new HashSet<string>();
        for (var at = 0; at < package.Length; at++)
        {
            // Every bit of every byte that parses on; one bit of each byte of the signed manifest costs a signature check and is enough there.
            for (var bit = at % 8; bit < 8; bit += 4)
            {
                package[at] ^= (byte)(1 << bit);
                var fault = Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes(package, _domain.Public)).Fault;
                Assert.True(fault.Words.Length > 20 && fault.WordsZh.Length > 5);
                rules.Add(fault.Rule);
                package[at] ^= (byte)(1 << bit);
            }
        }

        Assert.Superset(new HashSet<string> { "archive-header", "archive-padding", "archive-trailing", "manifest-form", "signature", "signature-key", "file-digest" }, rules);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Every_single_bit_of_a_small_package_and_a_hundred_thousand_of_a_large_one_are_found()
    {
        var small = Build(Sample.Release(Suite.Nist), _domain).Package;
        Parallel.For(0, small.Length, at =>
        {
            var copy = (byte[])small.Clone();
            for (var bit = 0; bit < 8; bit++)
            {
                copy[at] ^= (byte)(1 << bit);
                Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes(copy, _domain.Public));
                copy[at] ^= (byte)(1 << bit);
            }
        });

        var groups = Enumerable.Range(0, 6000).Select(at => "group " + string.Concat(Enumerable.Range(0, 4).Select(place => (char)('a' + (at / (int)Math.Pow(10, place) % 10))))).ToArray();
        var large = Build(Sample.Release(Suite.Nist, Sample.Case(Sample.Table(Sample.Cells(groups)))), _domain).Package;
        Assert.True(large.Length > 250_000);
        Parallel.For(0, Environment.ProcessorCount, part =>
        {
            var copy = (byte[])large.Clone();
            var random = new byte[8];
            for (var time = part; time < 100_000; time += Environment.ProcessorCount)
            {
                System.Security.Cryptography.RandomNumberGenerator.Fill(random);
                var at = (int)(BitConverter.ToUInt32(random) % copy.Length);
                copy[at] ^= (byte)(1 << (random[4] & 7));
                Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes(copy, _domain.Public));
                copy[at] ^= (byte)(1 << (random[4] & 7));
            }

            Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(copy, _domain.Public));
        });
    }

    [Fact]
    public void A_missing_or_added_byte_anywhere_is_found()
    {
        var package = Build(Sample.Release(Suite.Nist), _domain).Package;
        for (var at = 0; at <= package.Length; at += 7)
        {
            Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes((byte[])[.. package[..at], 0, .. package[at..]], _domain.Public));
            if (at < package.Length)
            {
                Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes((byte[])[.. package[..at], .. package[(at + 1)..]], _domain.Public));
            }
        }
    }

    [Fact]
    public void Another_key_is_named_as_such()
    {
        using var other = Suite.Nist.GenerateSigningKey();
        using var sm = Suite.Sm.GenerateSigningKey();
        var package = Build(Sample.Release(Suite.Nist), _domain).Package;
        Assert.Equal("signature-key", Fault(package, other.Public));
        Assert.Equal("signature-key", Fault(package, sm.Public));
    }

    [Fact]
    public void Files_can_neither_be_added_nor_removed_nor_swapped()
    {
        var files = Files(Build(Sample.Release(Suite.Nist), _domain).Package);
        Assert.Equal("package-extra", Fault(ArchiveLayout.Pack([.. files, new ArchiveFile("data/z.csv", default)]), _domain.Public));
        Assert.Equal("package-extra", Fault(ArchiveLayout.Pack([.. files, new ArchiveFile("readme", default)]), _domain.Public));
        Assert.Equal("package-lacks", Fault(ArchiveLayout.Pack(files.Where(file => file.Path != "data/delays.json")), _domain.Public));
        Assert.Equal("package-lacks", Fault(ArchiveLayout.Pack(files.Where(file => file.Path != "manifest.json")), _domain.Public));
        Assert.Equal("file-length", Fault(ArchiveLayout.Pack([new("data/delays.csv", files[1].Content), new("data/delays.json", files[0].Content), files[2]]), _domain.Public));
    }

    [Fact]
    public void A_statement_signed_for_something_else_is_no_manifest()
    {
        var files = Files(Build(Sample.Release(Suite.Nist), _domain).Package);
        var payload = SignedStatement.Verify(files[2].Content.Span, ReleaseManifest.Label, _domain.Public).Payload;
        Assert.Equal("signature", FaultOf(files, SignedStatement.Sign(_domain, "sandbox/other/v1", payload)));
        Assert.Equal("manifest-form", FaultOf(files, SignedStatement.Sign(_domain, ReleaseManifest.Label, new JsonObject { ["format"] = ReleaseManifest.FormatName })));
        payload["note"] = "more";
        Assert.Equal("manifest-form", FaultOf(files, SignedStatement.Sign(_domain, ReleaseManifest.Label, payload)));
    }

    [Fact]
    public void Even_the_domain_cannot_pass_off_other_votes()
    {
        // Whoever holds the domain key still needs the reviewers' signatures over this content.
        Assert.Equal("approval-count", Resigned(payload => payload["approvals"]!.AsArray().RemoveAt(0)));
        Assert.Equal("approval-count", Resigned(payload => payload["approvals"]!.AsArray().Clear()));
        Assert.Equal("approval-count", Resigned(payload =>
        {
            var votes = payload["approvals"]!.AsArray();
            votes.RemoveAt(1);
            votes.Add(votes[0]!.DeepClone());
        }));
        Assert.Equal("approval-signature", Resigned(payload => payload["approvals"]![0]!["payload"]!["reviewer"] = "somebody"));
        Assert.Equal("approval-content", Resigned(payload => payload["recipient"]!["name"] = "Somebody else"));
        Assert.Equal("approval-content", Resigned(payload => payload["scenario"]!["purpose"] = "something else"));
        Assert.Equal("approval-content", Resigned(payload => payload["release"] = "e-2"));
        Assert.Equal("approval-count", Resigned(payload => payload["author"]!["id"] = "chen"));
        Assert.Equal("approval-count", Resigned(payload => payload["author"]!["organisation"] = "institute"));
        Assert.Equal("approval-count", Resigned(payload =>
        {
            payload["first_reviews"] = 0;
            payload["approvals"]!.AsArray().RemoveAt(0);
        }));
    }

    [Fact]
    public void Nothing_is_packed_that_the_review_did_not_release()
    {
        var request = Sample.Release(Suite.Nist);
        var open = Sample.Approved(Sample.Case(), request.Content, request.Report, Suite.Nist);
        var other = ReleaseContent.Render(Suite.Nist, Sample.Case(Sample.Table(name: "other")), request.Report);
        ReleaseRequest[] faulty =
        [
            request with { Review = open },
            request with { Content = Sample.Release(Suite.Nist, Sample.Case(Sample.Table(name: "other"))).Content },
            request with { Report = request.Report with { Verdict = Verdict.Fail } },
            request with { Scope = request.Scope with { Granted = false } },
            request with { Scope = request.Scope with { ScenarioId = "s-2" } },
            request with { Scope = request.Scope with { Purpose = "other" } },
            request with { Now = Sample.Scope.NotAfter },
            request with { DataSets = [] },
            request with { DataSets = [request.DataSets[0] with { Source = "" }] },
        ];
        Assert.Equal(request.Content.Digest, other.Digest);
        Assert.All(faulty, item => Assert.IsType<ReleaseResult.Refused>(ReleaseBuilder.Build(item, _domain)));
    }

    [Fact]
    public void The_same_release_gives_the_same_content_and_any_change_another()
    {
        string Digest(ExportCase export) => ReleaseContent.Render(Suite.Nist, export, ExportChecker.Check(export)).Digest;
        var first = Digest(Sample.Case());
        Assert.Equal(first, Digest(Sample.Case()));
        string[] others =
        [
            Digest(Sample.Case() with { ExportId = "e-2" }),
            Digest(Sample.Case() with { Recipient = new Recipient("r-2", "Futian Transport Bureau", "CN") }),
            Digest(Sample.Case() with { Scope = Sample.Scope with { ScenarioId = "s-2" } }),
            Digest(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", "UB")))),
            Digest(Sample.Case(Sample.Table(name: "delay"))),
        ];
        Assert.Equal(6, others.Append(first).Distinct().Count());
        using var sm = Suite.Sm.GenerateSigningKey();
        Assert.NotEqual(first, ReleaseContent.Render(Suite.Sm, Sample.Case(), ExportChecker.Check(Sample.Case())).Digest);
    }

    private string Resigned(Action<JsonObject> change)
    {
        var files = Files(Build(Sample.Release(Suite.Nist), _domain).Package);
        var payload = SignedStatement.Verify(files[2].Content.Span, ReleaseManifest.Label, _domain.Public).Payload;
        change(payload);
        return FaultOf(files, SignedStatement.Sign(_domain, ReleaseManifest.Label, payload));
    }

    private string FaultOf(IReadOnlyList<ArchiveFile> files, SignedStatement manifest) =>
        Fault(ArchiveLayout.Pack([files[0], files[1], new ArchiveFile(ReleaseBuilder.ManifestPath, manifest.ToBytes())]), _domain.Public);

    private static IReadOnlyList<ArchiveFile> Files(byte[] package) => Assert.IsType<ArchiveContent.Read>(ArchiveReader.FromUntrusted(package)).Files;

    private static string Fault(byte[] package, PublicKey key) => Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes(package, key)).Fault.Rule;

    private static ReleaseResult.Built Build(ReleaseRequest request, SigningKey key) => Assert.IsType<ReleaseResult.Built>(ReleaseBuilder.Build(request, key));
}
