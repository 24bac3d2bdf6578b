using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>
/// The files that the parties of a round hand to one another, none of which holds a figure in the clear: invitations, contributions, recounts, encrypted totals, signed
/// statements, envelopes. Written beside their place, made durable and renamed; nothing is ever overwritten.
/// </summary>
internal static class RoundFiles
{
    private const int MostKeyText = 4096;

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Write(path, target => target.Write(bytes));
    }

    public static void Write(string path, Action<Stream> writer)
    {
        var final = Path.GetFullPath(path);
        if (File.Exists(final))
        {
            throw new RefusedException(Exists());
        }

        var part = final + ".part";
        try
        {
            using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                writer(file);
                file.Flush(true);
            }

            File.Move(part, final, overwrite: false);
        }
        catch
        {
            File.Delete(part);
            throw;
        }

        FolderSync.Sync(Path.GetDirectoryName(final)!);
    }

    /// <summary>Keeps others who use the same file in the same way waiting outside; until it is disposed.</summary>
    /// <exception cref="RefusedException">Somebody else is at it.</exception>
    public static IDisposable Hold(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path + ".lock"))
        {
            throw new RefusedException(Busy());
        }
    }

    public static Stream Open(string path) => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);

    /// <summary>Reads a file whole, bounded.</summary>
    public static byte[] Read(string path, long limit)
    {
        using var file = Open(path);
        if (file.Length > limit)
        {
            throw new RefusedException(TooLarge());
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A public key as one line or PEM.</summary>
    public static PublicKey ReadPublicKey(string path) => PublicKey.Parse(System.Text.Encoding.ASCII.GetString(Read(path, MostKeyText)));

    private static Refusal Exists() => new(
        "SB-HE-55", "A file that would be written is there already; nothing is overwritten.", "Name another file or move the old one away.",
        "将写入的文件已存在；不作覆盖。", "请更换文件名或移走旧文件。");

    private static Refusal Busy() => new(
        "SB-HE-64", "Somebody else is opening a total with the same record.", "Wait until that is done.",
        "另有人正使用同一开启记录。", "请等待其完成。");

    private static Refusal TooLarge() => new(
        "SB-HE-56", "The file is longer than any file of this kind.", "Check that it is the file you mean.",
        "文件长度超过该类文件的上限。", "请核对文件是否正确。");
}
