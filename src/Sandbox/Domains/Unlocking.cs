using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Host.Commands;
using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>How the master key is reached: a key file (by default in the domain folder) or a passphrase from a file.</summary>
public sealed record Unlocking(string? KeyFile = null, string? PassphraseFile = null)
{
    private const int MostPassphraseBytes = 1 << 16;

    public MasterKey MasterKey(DomainFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return PassphraseFile is null ? Trust.MasterKey.FromKeyFile(KeyFile ?? folder.MasterKey) : Passphrase(PassphraseFile);
    }

    /// <summary>The key for a new domain: a key file is made where none is named that exists.</summary>
    internal MasterKey NewMasterKey(DomainFolder folder)
    {
        if (PassphraseFile is not null)
        {
            return Passphrase(PassphraseFile);
        }

        return KeyFile is not null && File.Exists(KeyFile) ? Trust.MasterKey.FromKeyFile(KeyFile) : Trust.MasterKey.CreateKeyFile(KeyFile ?? folder.MasterKey);
    }

    /// <summary>The first line, never as a string: a string cannot be zeroed.</summary>
    private static MasterKey Passphrase(string file)
    {
        var bytes = InputFile.ReadAll(file, MostPassphraseBytes);
        var characters = new char[bytes.Length];
        try
        {
            var text = bytes.AsSpan();
            text = text.StartsWith("\ufeff"u8) ? text[3..] : text;
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            return Trust.MasterKey.FromPassphrase(characters.AsSpan(0, Encoding.UTF8.GetChars(end < 0 ? text : text[..end], characters)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(characters.AsSpan()));
        }
    }
}

/// <summary>Settings of this process, not of the domain.</summary>
/// <param name="UnsafeNoJail">Development only; printed on every answer.</param>
public sealed record DomainSettings(bool UnsafeNoJail = false);
