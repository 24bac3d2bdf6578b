using Sandbox.Host.Demo;
using Sandbox.Host.Domains;
using Sandbox.Policy.Profiles;

namespace Sandbox.Sandbox.Tests.Demo;

/// <summary>The demo's profile lapses one day; the demo must go on and say so, not fail for somebody who tries the product later.</summary>
public sealed class LapseTests
{
    [Theory]
    [InlineData("2026-11-22", false)]
    [InlineData("2027-01-29", false)]
    [InlineData("2027-01-30", true)]
    [InlineData("2030-01-01", true)]
    public void The_demo_acknowledges_a_lapsed_profile_and_nothing_else(string today, bool outside) =>
        Assert.Equal(new ProfileAcknowledgement(Draft: false, OutsideValidity: outside), DemoRun.Acknowledged(DomainProfile.Load("futian", []), DateOnly.Parse(today, null)));
}
