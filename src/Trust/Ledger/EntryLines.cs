namespace Sandbox.Trust;

/// <summary>Entries in a file, one a line.</summary>
internal static class EntryLines
{
    /// <summary>An entry has at most 64 facts of short texts; a longer line is none.</summary>
    private const int Longest = 1 << 18;

    /// <summary>Lines as exact bytes; false with the last one where it has no line feed or is too long.</summary>
    public static IEnumerable<(byte[] Line, bool Whole)> Read(Stream source)
    {
        var buffer = new byte[1 << 16];
        var held = 0;
        for (; ; )
        {
            var read = source.Read(buffer, held, buffer.Length - held);
            var end = held + read;
            var start = 0;
            for (int feed; (feed = Array.IndexOf(buffer, (byte)'\n', start, end - start)) >= 0; start = feed + 1)
            {
                yield return (buffer[start..feed], true);
            }

            held = end - start;
            Array.Copy(buffer, start, buffer, 0, held);
            if (read == 0 || held >= Longest)
            {
                break;
            }

            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        if (held > 0)
        {
            yield return (buffer[..held], false);
        }
    }
}
