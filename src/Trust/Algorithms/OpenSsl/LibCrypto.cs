using System.Runtime.InteropServices;

namespace Sandbox.Trust;

/// <summary>The functions of OpenSSL 3's libcrypto that checking SM2 signatures and short hashes need. Every one but the clearing of errors gives 1 for success.</summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    /// <summary>A key from a SubjectPublicKeyInfo; the caller owns it.</summary>
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "d2i_PUBKEY")]
    public static partial LibCryptoKey ReadPublic(nint reuse, byte** der, nint length);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_is_a", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int IsA(LibCryptoKey key, string name);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    public static partial LibCryptoContext NewContext(LibCryptoKey key, nint engine);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    public static partial void FreeContext(nint context);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify_init")]
    public static partial int StartVerifying(LibCryptoContext context);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify")]
    public static partial int Verify(LibCryptoContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> digest, nuint digestLength);

    /// <summary>Empties this thread's queue of errors, so that the runtime's own calls do not find ours.</summary>
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    /// <summary>Begins a hash in a state that the caller owns; calls nothing back and does not wait.</summary>
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "SHA256_Init")]
    public static partial int Sha256Init(Span<byte> state);

    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "SHA256_Update")]
    public static partial int Sha256Update(Span<byte> state, ReadOnlySpan<byte> data, nuint length);

    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport(Library, EntryPoint = "SHA256_Final")]
    public static partial int Sha256Final(Span<byte> hash, Span<byte> state);
}

/// <summary>An owned EVP_PKEY.</summary>
internal sealed class LibCryptoKey() : SafeHandle(0, true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}

/// <summary>An owned EVP_PKEY_CTX, for one operation of one thread.</summary>
internal sealed class LibCryptoContext() : SafeHandle(0, true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeContext(handle);
        return true;
    }
}
