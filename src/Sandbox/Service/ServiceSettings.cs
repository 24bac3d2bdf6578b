namespace Sandbox.Host.Service;

/// <summary>How a service stands: from the command line, nothing of it in the domain.</summary>
/// <param name="Address">Where it listens; <c>http</c> on a loopback address, or <c>https</c>.</param>
/// <param name="Certificate">PEM file with the certificate and its chain; null for plain HTTP.</param>
/// <param name="CertificateKey">PEM file with its private key.</param>
/// <param name="Hosts">Names under which it is reached, beside that of the address.</param>
/// <param name="SignInsPerMinute">Tries to sign in that one address gets a minute.</param>
/// <param name="RequestsPerSecond">Requests that one address gets a second, on average over ten.</param>
public sealed record ServiceSettings(Uri Address, string? Certificate, string? CertificateKey, IReadOnlyList<string> Hosts, int SignInsPerMinute, int RequestsPerSecond)
{
    public const int DefaultPort = 8443;

    /// <summary>Largest body; larger files are loaded at the command line.</summary>
    public const int MostBody = 48 << 20;

    /// <summary>Name of the session's cookie; with the prefix a browser takes it from this very host over https alone.</summary>
    public string Cookie => Secure ? "__Host-sandbox" : "sandbox";

    public bool Secure => Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>Why it may not stand so; null when it may.</summary>
    public string? Fault() => (Address.Scheme, Address.IsLoopback) switch
    {
        _ when Address.AbsolutePath != "/" || Address.Query.Length > 0 || Address.UserInfo.Length > 0 => "An address is scheme, host and port alone.",
        ("https", _) when Certificate is null || CertificateKey is null => "https needs --certificate and --certificate-key.",
        ("https", _) => null,
        ("http", true) when Certificate is null => null,
        ("http", true) => "A certificate is for https.",
        ("http", false) => "Beyond this machine the service speaks https only: give an https address with --certificate and --certificate-key.",
        _ => "An address is http://127.0.0.1:PORT, or https://HOST:PORT.",
    };
}
