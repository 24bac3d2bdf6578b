using System.Text;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// A text source as UTF-8. Another encoding is converted into a file of the jail's own tmpfs; a byte that is no character there becomes the byte 0xFF, which is in no UTF-8 text,
/// so that its row goes to the quarantine and is not mended. Runs in the child.
/// </summary>
internal static class TextSource
{
    private const int Step = 1 << 20;
    private const int Head = 1 << 20;
    private const int Gb18030CodePage = 54936;

    // A character that no text may hold stands for what could not be decoded.
    private const char NoCharacter = '\uFFFF';

    /// <param name="files">The files of the load.</param>
    /// <param name="wanted">Encoding that the provider says.</param>
    /// <param name="most">Bytes of the source that are converted at most.</param>
    /// <returns>Path of the UTF-8 text and what it was.</returns>
    /// <exception cref="WorkerRefusedException">The encoding is none that is known, or the text is empty or no text.</exception>
    internal static (string Path, SourceEncoding Encoding) Open(LoadFiles files, SourceEncoding wanted, long most = long.MaxValue)
    {
        using var file = OpenRead(files.Source);
        var encoding = wanted == SourceEncoding.Auto ? TextEncoding.Find(ReadHead(file)) ?? throw new WorkerRefusedException(LoadRules.Encoding) : wanted;
        if (encoding == SourceEncoding.Utf8)
        {
            return (files.Source, encoding);
        }

        var path = Path.Combine(files.Temp, "source.txt");
        Write(file, encoding, most, path);
        return (path, encoding);
    }

    /// <summary>Writes the beginning of a source as UTF-8.</summary>
    internal static void Write(FileStream source, SourceEncoding encoding, long most, string path)
    {
        source.Position = 0;
        using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, Step);
        if (encoding == SourceEncoding.Utf8)
        {
            Copy(source, most, target);
        }
        else
        {
            Convert(source, Decoder(encoding), most, target);
        }
    }

    /// <summary>A file of the load, in the jail a memory file; whoever reads it has a buffer of its own.</summary>
    internal static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);

    /// <summary>The first bytes of a file of the load.</summary>
    internal static byte[] ReadHead(string path)
    {
        using var file = OpenRead(path);
        return ReadHead(file);
    }

    /// <summary>The first bytes, for telling what they are.</summary>
    internal static byte[] ReadHead(FileStream file)
    {
        file.Position = 0;
        var head = new byte[(int)Math.Min(file.Length, Head)];
        file.ReadExactly(head);
        file.Position = 0;
        return head;
    }

    private static Decoder Decoder(SourceEncoding encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var mark = new DecoderReplacementFallback(NoCharacter.ToString());
        return (encoding switch
        {
            SourceEncoding.Gb18030 => Encoding.GetEncoding(Gb18030CodePage, EncoderFallback.ExceptionFallback, mark),
            SourceEncoding.Utf16 => Encoding.GetEncoding("utf-16", EncoderFallback.ExceptionFallback, mark),
            _ => Encoding.GetEncoding("utf-16BE", EncoderFallback.ExceptionFallback, mark),
        }).GetDecoder();
    }

    private static void Copy(FileStream source, long most, FileStream target)
    {
        var bytes = new byte[Step];
        while (most > 0 && source.Read(bytes, 0, (int)Math.Min(most, bytes.Length)) is var read and > 0)
        {
            target.Write(bytes, 0, read);
            most -= read;
        }
    }

    private static void Convert(FileStream source, Decoder decoder, long most, FileStream target)
    {
        var bytes = new byte[Step];
        var characters = new char[Step + 16];
        var utf8 = new byte[3 * characters.Length];
        var first = true;
        while (true)
        {
            var read = source.Read(bytes, 0, (int)Math.Min(most, bytes.Length));
            most -= read;
            var count = decoder.GetChars(bytes, 0, read, characters, 0, flush: read == 0);
            var text = characters.AsSpan(0, count);
            if (first && text.StartsWith("\uFEFF"))
            {
                text = text[1..];
            }

            first = first && count == 0;
            for (var end = text.IndexOf(NoCharacter); end >= 0; end = text.IndexOf(NoCharacter))
            {
                target.Write(utf8, 0, Encoding.UTF8.GetBytes(text[..end], utf8));
                target.WriteByte(0xFF);
                text = text[(end + 1)..];
            }

            target.Write(utf8, 0, Encoding.UTF8.GetBytes(text, utf8));
            if (read == 0)
            {
                return;
            }
        }
    }
}
