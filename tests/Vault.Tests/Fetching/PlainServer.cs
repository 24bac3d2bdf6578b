using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sandbox.Vault.Tests.Fetching;

/// <summary>An interface on loopback that answers exactly the bytes that a test wants, over plain TCP or TLS.</summary>
public sealed class PlainServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly Func<string, Stream, Task<bool>> _answer;
    private readonly Task _work;
    private int _connections;

    /// <param name="answer">Gets the head of a request and writes the answer; false closes the connection.</param>
    public PlainServer(Func<string, Stream, Task<bool>> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _work = Task.Run(AcceptAsync);
    }

    /// <summary>The heads of all requests, in order.</summary>
    public List<string> Requests { get; } = [];

    public int Connections => _connections;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url(string target) => $"{(_certificate is null ? "http" : "https")}://localhost:{Port}{target}";

    /// <summary>A certificate for a name that trusts only itself.</summary>
    public static X509Certificate2 Certificate(string name, int fromDays = -1, int untilDays = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(untilDays));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    public static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>A sound answer of known length.</summary>
    public static async Task<bool> OkAsync(Stream stream, string body, string head = "", bool keep = true)
    {
        await WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{(keep ? "" : "Connection: close\r\n")}{head}\r\n{body}");
        return keep;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _work;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                open.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var stream = await StreamAsync(client))
            {
                var head = new StringBuilder();
                var one = new byte[1];
                while (await stream.ReadAsync(one, _end.Token) == 1)
                {
                    head.Append((char)one[0]);
                    if (head.Length > 4 && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                    {
                        lock (Requests)
                        {
                            Requests.Add(head.ToString());
                        }

                        if (!await _answer(head.ToString(), stream))
                        {
                            return;
                        }

                        head.Clear();
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // The other side has gone, which some tests are about.
        }
    }

    private async Task<Stream> StreamAsync(TcpClient client)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
        return tls;
    }
}
