using System.Globalization;
using System.Text;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Launching;

/// <summary>A worker's last word: one line of the code with which it ends, a space, and text. As good as the exit code itself, for both come from the same process.</summary>
/// <param name="Code">From 0 to 255.</param>
/// <param name="Text">For whoever knows the worker; hostile.</param>
internal sealed record LastWord(int Code, string Text)
{
    private const int MostDigits = 3;

    /// <summary>Reads up to the end of the line; null where the worker ended, or was ended, without a whole one.</summary>
    public static async Task<LastWord?> ReadAsync(PipeReader reader, CancellationToken token)
    {
        var line = new byte[MostDigits + 1 + JailExit.MostWordBytes + 1];
        var length = 0;
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                while (length < line.Length && await reader.ReadAsync(line.AsMemory(length), token).ConfigureAwait(false) is > 0 and var taken)
                {
                    length += taken;
                    if (line.AsSpan(0, length).IndexOf((byte)'\n') is >= 0 and var end)
                    {
                        return FromUntrusted(line.AsSpan(0, end));
                    }
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // Nothing whole was said.
            }
        }

        return null;
    }

    private static LastWord? FromUntrusted(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        return space is > 0 and <= MostDigits && byte.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new LastWord(code, Encoding.UTF8.GetString(line[(space + 1)..]))
            : null;
    }
}
