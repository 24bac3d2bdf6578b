using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Serialising;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>A file that nobody can read through is not reviewed.</summary>
internal static class SizeCheck
{
    public static IEnumerable<Finding> Evaluate(TableArtefact table, ArtefactLimits limits)
    {
        var bytes = CsvForm.Write(table).LongLength;
        if (bytes > limits.MaxBytes)
        {
            yield return new Finding(table.Name, "SizeCheck", Verdict.Fail, CheckWords.TooLarge, bytes.ToString(CultureInfo.InvariantCulture) + " bytes.");
        }
    }
}
