using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Domains;

/// <summary>The rules in force in a domain: a shipped profile with stricter switches of others laid over it.</summary>
public static class DomainProfile
{
    /// <param name="name">A shipped profile.</param>
    /// <param name="overlays">Each <c>profile:switch</c>, for example <c>changchun:training</c>.</param>
    /// <exception cref="RefusedException">Unknown profile or switch, or a switch that would loosen a rule.</exception>
    public static Profile Load(string name, IReadOnlyList<string> overlays)
    {
        ArgumentNullException.ThrowIfNull(overlays);
        var profile = OrThrow(Profile.Load(name));
        foreach (var overlay in overlays)
        {
            var parts = overlay.Split(':');
            if (parts.Length != 2 || DerivedProfile.Switch(parts[1]) is not { } item)
            {
                throw new RefusedException(UnknownOverlay(overlay.Length <= 60 ? overlay : overlay[..60]));
            }

            var name2 = profile.Overlays.Count == 0 ? $"{profile.Name}-domain" : profile.Name;
            profile = OrThrow(profile.Derive(name2, OrThrow(Profile.Load(parts[0])), item));
        }

        return profile;
    }

    private static Profile OrThrow(ProfileResult result) => result switch
    {
        ProfileResult.Loaded loaded => loaded.Profile,
        ProfileResult.Refused refused => throw new RefusedException([.. refused.Reasons]),
        _ => throw new RefusedException(),
    };

    private static Refusal UnknownOverlay(string overlay) => new(
        "SB-HOST-9",
        $"'{overlay}' is not an overlay.",
        $"Write profile:switch with a shipped profile ({string.Join(", ", Profile.Names)}) and one of {string.Join(", ", DerivedProfile.SwitchWords)}.",
        $"“{overlay}”不是有效的叠加项。",
        $"请写成 profile:switch，其中 switch 为 {string.Join("、", DerivedProfile.SwitchWords)} 之一。");
}
