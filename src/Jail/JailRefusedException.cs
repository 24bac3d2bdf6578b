namespace Sandbox.Jail;

/// <summary>Untrusted work was not started because the jail that its policy demands can't be had. Carries no data value.</summary>
public sealed class JailRefusedException : Exception
{
    /// <summary>A refusal in the words of the domain.</summary>
    public JailRefusedException(string rule, string why, string remedy, string whyZh, string remedyZh)
        : base($"{why} {remedy}")
    {
        (Rule, Why, Remedy, WhyZh, RemedyZh) = (rule, why, remedy, whyZh, remedyZh);
    }

    /// <summary>The rule's id, for example <c>JAIL-LEVEL</c>.</summary>
    public string Rule { get; }

    /// <summary>What is refused and why.</summary>
    public string Why { get; }

    /// <summary>What to do next.</summary>
    public string Remedy { get; }

    /// <summary><see cref="Why"/> in Chinese.</summary>
    public string WhyZh { get; }

    /// <summary><see cref="Remedy"/> in Chinese.</summary>
    public string RemedyZh { get; }
}
