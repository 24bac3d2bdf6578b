using System.Collections.Frozen;
using System.Reflection;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Procedures;

/// <summary>The procedures shipped as embedded data, one file a profile, read once and strictly.</summary>
internal static class ProcedureData
{
    private static readonly Lazy<FrozenDictionary<string, ProcedureRules>> Shipped = new(() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith("procedures/", StringComparison.Ordinal))
            .Select(Read)
            .ToFrozenDictionary(rules => rules.Profile, StringComparer.Ordinal));

    /// <summary>A profile without a file has no chains and bars nothing by class: the verbs that need one say so.</summary>
    public static ProcedureRules Of(string profile) =>
        Shipped.Value.TryGetValue(profile, out var rules) ? rules : new ProcedureRules { Profile = profile, Start = default, RequestRule = "CC-18-1", PartnerRule = "CC-18-1", Barred = [], Chains = [] };

    private static ProcedureRules Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var faults = new List<string>();
        var rules = ProcedureReader.Read(bytes, faults);
        return rules is not null && faults.Count == 0 ? rules : throw new PolicyException([.. faults.Select(ProfileReader.Faulty)]);
    }
}
