using System.Globalization;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Loading;

/// <summary>Names of fields, each once: the format allows several of one name, tables and objects do not.</summary>
internal static class ArrowNames
{
    /// <summary>The second <c>a</c> becomes <c>a_2</c>, or the next number that is free.</summary>
    internal static string[] Unique(IReadOnlyList<ArrowField> fields, StringComparer comparer)
    {
        var taken = new HashSet<string>(fields.Select(field => field.Name), comparer);
        var seen = new HashSet<string>(comparer);
        var names = new string[fields.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = fields[i].Name;
            for (var number = 2; !seen.Add(names[i]) || (number > 2 && !taken.Add(names[i])); number++)
            {
                names[i] = string.Create(CultureInfo.InvariantCulture, $"{fields[i].Name}_{number}");
            }
        }

        return names;
    }
}
