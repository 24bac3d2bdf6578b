using System.Buffers.Binary;

namespace Sandbox.Jail.Launching;

/// <summary>
/// A native program in the place of the model's engine. Under the second stage a dynamically linked one gets the very addon of the models preloaded, whose
/// constructor locks the process before main; a static one is started by a small program of ours that locks itself first.
/// </summary>
internal static class NativeLayout
{
    private const string Starter = "/engines/stage2_start";
    private const int HeaderBytes = 64, EntryBytes = 56, MostEntries = 64;
    private const uint Interpreter = 3;

    public static JailLayout For(JailCommand command, string? addon, string? starter, bool jailed)
    {
        var dynamic = HasInterpreter(command.Program) ?? throw JailRefusals.NotNative();
        var stage2 = command.Policy.Stage2;
        if (!jailed || (stage2 && (dynamic ? addon : starter) is null))
        {
            throw JailRefusals.NotBuilt();
        }

        var inside = JailLayout.App + "/" + Path.GetFileName(command.Program);
        var binds = new List<(string, string)> { (Path.GetFullPath(command.Program), inside) };
        var environment = new Dictionary<string, string>(command.Environment, StringComparer.Ordinal);
        if (stage2 && dynamic)
        {
            binds.Add((addon!, JailLayout.Addon));
            environment["LD_PRELOAD"] = JailLayout.Addon;
        }
        else if (stage2)
        {
            binds.Add((starter!, Starter));
        }

        return new JailLayout
        {
            Binds = binds,
            Proc = false,
            CommandLine = [.. stage2 && !dynamic ? new[] { Starter } : [], inside, .. command.Arguments],
            Environment = environment,
        };
    }

    /// <summary>Whether the program names a loader (it is dynamically linked); null when it is no program for this machine.</summary>
    private static bool? HasInterpreter(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith("\u007fELF\u0002\u0001"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(header[18..]) != 62 || BinaryPrimitives.ReadUInt16LittleEndian(header[16..]) is not (2 or 3))
        {
            return null;
        }

        var at = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (count > MostEntries || at > (ulong)file.Length)
        {
            return null;
        }

        file.Position = (long)at;
        Span<byte> entry = stackalloc byte[EntryBytes];
        for (var i = 0; i < count; i++)
        {
            if (file.ReadAtLeast(entry, EntryBytes, throwOnEndOfStream: false) < EntryBytes)
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) == Interpreter)
            {
                return true;
            }
        }

        return false;
    }
}
