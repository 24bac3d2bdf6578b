namespace Sandbox.Policy.Profiles;

/// <summary>Overlaying of stricter values of another profile.</summary>
internal static class ProfileDerivation
{
    public static ProfileResult Derive(Profile basis, string name, Profile other, ReadOnlySpan<ProfileSwitch> switches)
    {
        var refusals = new List<Refusal>();
        if (!IsName(name) || ProfileData.Names.Contains(name))
        {
            refusals.Add(new Refusal(
                "YB-27-1",
                "A derived profile needs a name of its own of lower-case letters, digits and hyphens.",
                "Choose a name that no shipped profile has.",
                "派生配置须使用由小写字母、数字和连字符组成的独立名称。",
                "请选择与内置配置不同的名称。"));
        }

        var derived = basis with { Name = name };
        foreach (var item in switches)
        {
            if (References(other, item) is not { } references)
            {
                refusals.Add(Silent(other, item));
            }
            else if (!AtLeastAsStrict(basis, other, item))
            {
                refusals.Add(Looser(other, item));
            }
            else
            {
                derived = Take(derived, other, item) with
                {
                    Overlays = [.. derived.Overlays, new ProfileOverlay(item, other.Name, references)],
                };
            }
        }

        return refusals.Count == 0 ? new ProfileResult.Loaded(derived) : new ProfileResult.Refused(refusals);
    }

    private static Profile Take(Profile profile, Profile other, ProfileSwitch item) => item switch
    {
        ProfileSwitch.TrainOnSampledAndMaskedOnly => profile with { TrainOnSampledAndMaskedOnly = other.TrainOnSampledAndMaskedOnly },
        ProfileSwitch.RawVisibility => profile with { RawVisibility = other.RawVisibility },
        ProfileSwitch.ExportApprovers => profile with { ExportApprovers = other.ExportApprovers },
        ProfileSwitch.LogRetention => profile with { LogRetention = other.LogRetention },
        _ => profile,
    };

    private static IReadOnlyList<string>? References(Profile profile, ProfileSwitch item) => item switch
    {
        ProfileSwitch.TrainOnSampledAndMaskedOnly => profile.TrainOnSampledAndMaskedOnly?.References,
        ProfileSwitch.RawVisibility => profile.RawVisibility?.References,
        ProfileSwitch.ExportApprovers => profile.ExportApprovers?.References,
        ProfileSwitch.LogRetention => profile.LogRetention?.References,
        _ => null,
    };

    // Silence of the basis is loosest; where both speak, the overlay must not open anything.
    private static bool AtLeastAsStrict(Profile basis, Profile other, ProfileSwitch item) => item switch
    {
        ProfileSwitch.TrainOnSampledAndMaskedOnly => other.TrainOnSampledAndMaskedOnly!.Value || basis.TrainOnSampledAndMaskedOnly is { Value: false },
        ProfileSwitch.RawVisibility => basis.RawVisibility is null || other.RawVisibility!.Value <= basis.RawVisibility.Value,
        ProfileSwitch.ExportApprovers => basis.ExportApprovers is null || other.ExportApprovers!.Value.All(basis.ExportApprovers.Value.Contains),
        ProfileSwitch.LogRetention => basis.LogRetention is null || Longer(other.LogRetention!.Value.Limit, basis.LogRetention.Value.Limit),
        _ => false,
    };

    private static bool Longer(Limit limit, Limit than)
    {
        var start = new DateOnly(2024, 1, 1);
        return limit.EndFrom(start) is { } end && than.EndFrom(start) is { } other && end >= other;
    }

    private static bool IsName(string name) =>
        name is { Length: >= 1 and <= 40 } && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static Refusal Silent(Profile other, ProfileSwitch item) => new(
        "YB-27-1",
        $"The profile '{other.Name}' says nothing about '{Words(item)}', so there is nothing to take over.",
        "Take the value from a profile that states it.",
        $"配置“{other.Name}”未规定“{Words(item)}”，无可采用的值。",
        "请从有明确规定的配置采用该值。");

    private static Refusal Looser(Profile other, ProfileSwitch item) => new(
        "YB-27-1",
        $"The profile '{other.Name}' is looser on '{Words(item)}'; an overlay may only be stricter.",
        "Leave the value of the basis as it is.",
        $"配置“{other.Name}”对“{Words(item)}”的规定更宽松；叠加只能更严格。",
        "请保留原配置的值。");

    private static string Words(ProfileSwitch item) => item switch
    {
        ProfileSwitch.TrainOnSampledAndMaskedOnly => "train-on-sampled-and-masked-only",
        ProfileSwitch.RawVisibility => "raw-visibility",
        ProfileSwitch.ExportApprovers => "export-approvers",
        ProfileSwitch.LogRetention => "log-retention",
        _ => "unknown",
    };
}
