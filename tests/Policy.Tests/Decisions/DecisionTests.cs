namespace Sandbox.Policy.Tests.Decisions;

public sealed class DecisionTests
{
    private static readonly Refusal One = new("A-1", "Why.", "Remedy.", "因。", "法。");
    private static readonly Refusal Two = new("B-2", "Why.", "Remedy.", "因。", "法。");

    [Fact]
    public void The_strictest_part_decides_and_every_refusal_is_kept_once()
    {
        Assert.True(Decision.Combine(Decision.Permit("A"), Decision.Permit("B")).IsPermitted);
        var denied = Decision.Combine(Decision.Permit("A"), Decision.Deny(One), Decision.Deny(One, Two));
        Assert.False(denied.IsPermitted);
        Assert.Equal([One, Two], denied.Refusals);
    }

    [Fact]
    public void Nobody_having_decided_is_a_denial()
    {
        Assert.False(Decision.Combine().IsPermitted);
        Assert.Equal("SB-DECIDE-1", Assert.Single(Decision.Combine().Refusals).Rule);
        Assert.NotEmpty(Decision.Deny().Refusals);
    }

    [Fact]
    public void Verdicts_combine_by_the_strictest()
    {
        foreach (var one in Enum.GetValues<Verdict>())
        {
            foreach (var other in Enum.GetValues<Verdict>())
            {
                Assert.Equal((Verdict)Math.Min((int)one, (int)other), Verdicts.Strictest(one, other));
            }
        }

        Assert.Equal(Verdict.Fail, Verdicts.Strictest());
        Assert.Equal(Verdict.Fail, Verdicts.Strictest(Verdict.Pass, (Verdict)7));
        Assert.Equal(Verdict.Fail, default);
    }

    [Fact]
    public void The_default_of_every_public_enum_is_its_safe_value()
    {
        // Zero must be a named value, and one of the names that stand for "nothing allowed".
        string[] safe =
        [
            "Unknown", "Fail", "None", "Ungraded", "Draft", "Never", "Fixed", "Refused", "Undecided",
            // What asks for most or opens least.
            "MustEnforce", "NotShared", "NotOpen", "LegalBasis",
            // No permission hangs on it: days count from the next one wherever a text does not say otherwise.
            "NextDay",
        ];
        var enums = typeof(Decision).Assembly.GetExportedTypes().Where(type => type.IsEnum).ToArray();
        Assert.NotEmpty(enums);
        Assert.All(enums, type => Assert.Contains(Enum.GetName(type, Activator.CreateInstance(type)!), safe));
    }
}
