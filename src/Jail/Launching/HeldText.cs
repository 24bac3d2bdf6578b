using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Launching;

/// <summary>Reads a child's standard error to its end, keeps the first part and forgets the rest, so that a chatty child never blocks.</summary>
internal static class HeldText
{
    public static Task<string> ReadAsync(SafeFileHandle end, int keep, CancellationToken token) => ReadAsync(new PipeReader(end, long.MaxValue, static () => { }), keep, token);

    /// <param name="reader">Is closed at its end.</param>
    /// <param name="keep">Bytes that are kept.</param>
    /// <param name="token">Ends it before.</param>
    public static async Task<string> ReadAsync(PipeReader reader, int keep, CancellationToken token)
    {
        var kept = new MemoryStream();
        var buffer = new byte[4096];
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                int taken;
                while ((taken = await reader.ReadAsync(buffer, token).ConfigureAwait(false)) > 0)
                {
                    kept.Write(buffer, 0, (int)Math.Min(taken, keep - kept.Length));
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // What was read until then is what is held.
            }
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }
}
