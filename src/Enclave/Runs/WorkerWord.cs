using System.Globalization;
using System.Text.Json;

namespace Sandbox.Enclave.Runs;

/// <summary>The last word of the worker script. It comes out of the jail: figures for a report, never a reason to call a run complete.</summary>
/// <param name="GuestCode">The code with which the guest itself ended, or null when it was ended or trapped.</param>
/// <param name="FuelLeft">What is left of the fuel; negative when it is used up; null without a meter.</param>
internal sealed record WorkerWord(uint? GuestCode, long? FuelLeft)
{
    /// <summary>Anything else than the expected form says nothing.</summary>
    public static WorkerWord FromUntrusted(string text)
    {
        try
        {
            var said = JsonSerializer.Deserialize<Form>(text, JsonSerializerOptions.Strict);
            return new(said?.code, long.TryParse(said?.fuel, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left) ? left : null);
        }
        catch (JsonException)
        {
            return new(null, null);
        }
    }

#pragma warning disable IDE1006, SA1300 // The worker's own names.
    private sealed record Form(uint? code, string? fuel);
#pragma warning restore IDE1006, SA1300
}
