using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>Periods of the ledger are sealed and, after the profile's retention and not a day before, removed; what was proved once stays proved.</summary>
public sealed class LedgerPeriodTests
{
    private sealed class Clock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Theory]
    [InlineData("futian", null, 24)]
    [InlineData("changchun", null, 6)]
    [InlineData("yunnan-2025", null, 60)]
    [InlineData("changchun", "yunnan-2025:retention", 60)]
    [Requirement("CC-31-3")]
    [Requirement("YN25-25-4")]
    public void A_sealed_period_goes_after_the_profiles_retention_and_old_proofs_still_verify(string profile, string? overlay, int months)
    {
        using var folder = new TemporaryFolder();
        var root = folder.File("city");
        var clock = new Clock(new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero));
        Done(InitDomain.Run(root, new NewDomain("town", profile, overlay is null ? [] : [overlay], "nist", 1, "zhao", "data-bureau", new ProfileAcknowledgement(true, true)), new Unlocking(), clock));
        var receipt = "";
        var proof = Array.Empty<byte>();
        var january = "";
        using (var domain = OpenDomain.Open(root, new Unlocking(), clock, new DomainSettings()))
        {
            using var zhao = Actor.Authenticate(domain, "zhao", null);
            for (var i = 0; i < 100; i++)
            {
                clock.Now = clock.Now.AddHours(5);
                domain.Note(new("query.answered", "zhao", new Facts { ["query"] = $"q{i}" }));
            }

            proof = domain.Ledger.Receipt(3);
            january = domain.Ledger.Head().Note;
            clock.Now = new(2026, 2, 20, 8, 0, 0, TimeSpan.Zero);
            Done(LedgerPeriods.Seal(domain, zhao, null));
            Done(LedgerPeriods.Seal(domain, zhao, null));
            var archive = Assert.Single(domain.Ledger.Archives());
            Assert.Equal((0, 96), (archive.First, archive.End));
            receipt = archive.File;
            clock.Now = new DateTimeOffset(2026, 1, 30, 0, 0, 0, TimeSpan.Zero).AddMonths(months - 1);
            Assert.Equal("SB-LEDGER-4", Assert.Single(((Answer.Refused)LedgerPeriods.Expire(domain, zhao)).Refusals).Rule);
        }

        // While it is kept: everything verifies, entries in the archive are still proved, a changed or missing file is found.
        Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", root]);
        Call("ledger", "verify").Ends(Ran.Done);
        Call("ledger", "prove", "5", "--out", folder.File("5.receipt")).Ends(Ran.Done);
        SandboxProgram.Json("ledger", "verify", "--proof", folder.File("5.receipt"), "--key", Path.Combine(root, "domain.pub")).Ends(Ran.Done);
        var file = Path.Combine(root, "archive", receipt);
        var whole = File.ReadAllBytes(file);
        foreach (var changed in new[] { whole[..^1], [.. whole, .. whole[..40]], Changed(whole) })
        {
            File.WriteAllBytes(file, changed);
            Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1");
        }

        File.Delete(file);
        Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1");
        File.WriteAllBytes(file, whole);
        Call("ledger", "export", folder.File("audit")).Ends(Ran.Done);
        SandboxProgram.Json("ledger", "verify", "--files", folder.File("audit"), "--key", Path.Combine(root, "domain.pub")).Ends(Ran.Done);

        // After its time it goes; heads of before and proofs of before still fit.
        clock.Now = new DateTimeOffset(2026, 2, 2, 0, 0, 0, TimeSpan.Zero).AddMonths(months);
        using (var domain = OpenDomain.Open(root, new Unlocking(), clock, new DomainSettings()))
        {
            using var zhao = Actor.Authenticate(domain, "zhao", null);
            Done(LedgerPeriods.Expire(domain, zhao));
            Assert.False(File.Exists(file));
            Assert.IsType<LedgerReport.Intact>(domain.Ledger.VerifyWithArchive(domain.Folder.Archive, january));
            Assert.Equal(3, LedgerVerifier.VerifyReceipt(proof, domain.Ledger.Key).Record.Index);
            Assert.Equal(domain.Ledger.Head().Size, LedgerVerifier.VerifyGrowth(domain.Ledger.Growth(january), domain.Ledger.Key, january).Size);
            Assert.Equal("TRUST-LEDGER-6", Assert.Throws<TrustException>(() => domain.Ledger.Receipt(3, null, domain.Folder.Archive)).Refusal.Rule);
            Assert.Equal("SB-LEDGER-3", Assert.Single(((Answer.Refused)LedgerPeriods.Expire(domain, zhao)).Refusals).Rule);
        }
    }

    [Fact]
    public void A_profile_that_names_no_period_keeps_its_logs()
    {
        using var folder = new TemporaryFolder();
        var clock = new Clock(new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero));
        Done(InitDomain.Run(folder.File("city"), new NewDomain("town", "yibin", [], "nist", 1, "zhao", "data-bureau", new ProfileAcknowledgement(true, true)), new Unlocking(), clock));
        using var domain = OpenDomain.Open(folder.File("city"), new Unlocking(), clock, new DomainSettings());
        using var zhao = Actor.Authenticate(domain, "zhao", null);
        for (var i = 0; i < 40; i++)
        {
            domain.Note(new("query.answered", "zhao", new Facts { ["query"] = $"q{i}" }));
        }

        clock.Now = clock.Now.AddYears(50);
        Done(LedgerPeriods.Seal(domain, zhao, null));
        Assert.Equal("SB-LEDGER-4", Assert.Single(((Answer.Refused)LedgerPeriods.Expire(domain, zhao)).Refusals).Rule);
    }

    private static byte[] Changed(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        changed[changed.Length / 2] ^= 1;
        return changed;
    }

    private static void Done(Answer answer) => Assert.True(answer is Answer.Done, answer is Answer.Refused refused ? string.Join(' ', refused.Refusals.Select(item => item.Rule + item.Why)) : answer.ToString());
}
