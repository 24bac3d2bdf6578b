using Sandbox.Export.Permits;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Permits;

public sealed class PermitTests : IDisposable
{
    private static readonly OpeningRequest Request = new("round-1", new string('a', 64), new string('b', 64), ["x", "y", "z"], 3, 2, true);
    private readonly SigningKey _gate = Suite.Sm.GenerateSigningKey();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void A_closed_round_with_enough_contributors_gets_a_permit_for_exactly_its_total()
    {
        var issued = Assert.IsType<PermitResult.Issued>(PermitIssuer.Issue(Request, 3, _gate));
        Assert.Equal(new OpeningPermit("round-1", new string('a', 64), new string('b', 64), 3, 2), issued.Permit);
        Assert.Equal(issued.Permit, PermitIssuer.FromUntrusted(issued.Statement.ToBytes(), _gate.Public));
        Assert.True(_gate.Public.Verify(OpeningPermit.Label, issued.Permit.CanonicalBytes(), issued.Statement.Signature));
        using var other = Suite.Sm.GenerateSigningKey();
        Assert.Null(PermitIssuer.FromUntrusted(issued.Statement.ToBytes(), other.Public));
        var bytes = issued.Statement.ToBytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            Assert.Null(PermitIssuer.FromUntrusted(bytes, _gate.Public));
            bytes[at] ^= 1;
        }
    }

    [Fact]
    public void Nothing_else_gets_one()
    {
        Refused("SB-PERMIT-2", Request with { Closed = false });
        Refused("SB-PERMIT-3", Request with { Contributors = ["x"] });
        Refused("SB-PERMIT-3", Request with { Contributors = ["x", "y"], Minimum = 1 });
        Refused("SB-PERMIT-3", Request with { Contributors = ["x", "y", "y"] });
        Refused("SB-PERMIT-3", Request with { Contributors = ["x", "y", " "] });
        Refused("SB-PERMIT-3", Request with { Contributors = ["x", "y", "z", "z"] });
        Refused("SB-PERMIT-3", Request with { Minimum = 4 });
        Refused("SB-PERMIT-3", Request, 4);
        Refused("SB-PERMIT-1", Request with { SumDigest = "b" });
        Refused("SB-PERMIT-1", Request with { TermsDigest = new string('A', 64) });
        Refused("SB-PERMIT-1", Request with { RoundId = "" });
        Refused("SB-PERMIT-1", Request with { Cells = 0 });
        Refused("SB-PERMIT-4", Request with { RoundId = "轮次" });
    }

    [Fact]
    public void An_opened_total_is_checked_before_anybody_sees_it()
    {
        var permit = new OpeningPermit("round-1", new string('a', 64), new string('b', 64), 3, 2);
        OpenedCell[] cells = [new(["a"], 50, 12.5m), new(["b"], 10, 3m)];
        var rules = new DisclosureRules();
        Assert.Equal(Verdict.Review, OpenedTotal.Check(permit, cells, rules).Verdict);
        Assert.Equal(Verdict.Fail, OpenedTotal.Check(permit, [cells[0], cells[1] with { Subjects = 9 }], rules).Verdict);
        Assert.Equal(Verdict.Fail, OpenedTotal.Check(permit, [cells[0], cells[1] with { Subjects = 0 }], rules).Verdict);
        Assert.Equal(Verdict.Fail, OpenedTotal.Check(permit, [cells[0], cells[1] with { Subjects = -20 }], rules).Verdict);
        Assert.Equal(Verdict.Fail, OpenedTotal.Check(permit, [cells[0]], rules).Verdict);
        Assert.Equal(Verdict.Fail, OpenedTotal.Check(permit with { Cells = 0 }, [], rules).Verdict);
    }

    private void Refused(string rule, OpeningRequest request, int minimum = 3) =>
        Assert.Equal(rule, Assert.IsType<PermitResult.Refused>(PermitIssuer.Issue(request, minimum, _gate)).Reason.Rule);
}
