using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Win32.SafeHandles;
using Sandbox.Vault.Workers;

#pragma warning disable RS0030 // Speaks HTTP over a connection that it was given, in a jail where it can open none.

namespace Sandbox.Vault.Fetching;

/// <summary>
/// Asks a provider's interface over one connection that the host has opened: this child can open none, knows no key of the domain and has nothing else to read.
/// TLS, HTTP and JSON of the other side are read here and nowhere else.
/// </summary>
internal sealed class FetchRole(int connection) : IWorkerRole
{
    internal const string Name = "fetch";

    /// <summary>Number of the connection's descriptor in the jail.</summary>
    internal const int ConnectionNumber = 3;

    /// <summary>Most bytes of an answer whose records are taken out.</summary>
    internal const int MostPageBytes = 64 << 20;

    private const int Step = 256 * 1024, MostHeaderKibibytes = 64, MostTag = 200;

    public bool UsesEngine => false;

    public void Handle(Frame request, FrameWriter output)
    {
        var work = request.Json(FetchJson.Default.FetchWork);
        using var client = Client(work);
        using var pages = new PageOutput(output, work);
        try
        {
            output.Json(FrameKind.Result, Run(client, work, pages), FetchJson.Default.FetchReport);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or AuthenticationException)
        {
            throw new WorkerRefusedException(failure is AuthenticationException || (failure is HttpRequestException && failure.InnerException is AuthenticationException) ? FetchRules.Trust : FetchRules.Cut);
        }
    }

    public void Dispose()
    {
    }

    private static FetchReport Run(HttpClient client, FetchWork work, PageOutput pages)
    {
        var paged = work.Target.Contains(SourceAddress.Page, StringComparison.Ordinal);
        for (var page = work.FirstPage; ; page++)
        {
            HttpResponseMessage answer;
            try
            {
                answer = client.Send(Question(work, page), HttpCompletionOption.ResponseHeadersRead);
            }
            catch (HttpRequestException failure) when (page > work.FirstPage && failure.InnerException is ConnectionOverException)
            {
                return new FetchReport(FetchEnd.Closed, page, pages.LastDigest, null, pages.BytesRead);
            }

            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.NotModified && work.EntityTag is not null && !paged)
                {
                    return new FetchReport(FetchEnd.Unchanged, page, "", null, 0);
                }

                Check(answer);
                using var body = answer.Content.ReadAsStream();
                var records = work.RecordsAt is null ? pages.Pass(body) : pages.Records(body);
                if (!paged || records == 0)
                {
                    return new FetchReport(FetchEnd.Whole, page + 1, pages.LastDigest, Tag(answer), pages.BytesRead);
                }
            }
        }
    }

    private static HttpRequestMessage Question(FetchWork work, int page)
    {
        var question = new HttpRequestMessage(HttpMethod.Get, new Uri(work.Origin + SourceAddress.Numbered(work.Target, page), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        question.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        question.Headers.TryAddWithoutValidation("User-Agent", "sandbox-fetch");
        foreach (var (name, value) in work.Headers)
        {
            question.Headers.Remove(name);
            question.Headers.TryAddWithoutValidation(name, value);
        }

        if (work.EntityTag is { } tag)
        {
            question.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return question;
    }

    private static void Check(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        if (status is >= 300 and < 400 && status != 304)
        {
            throw new WorkerRefusedException(FetchRules.Redirect);
        }

        if (status != 200)
        {
            throw new WorkerRefusedException(FetchRules.Status, column: status);
        }

        if (answer.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new WorkerRefusedException(FetchRules.Packed);
        }

        // An answer that ends with its connection may as well have been cut off.
        if (answer.Content.Headers.ContentLength is null && answer.Headers.TransferEncodingChunked != true)
        {
            throw new WorkerRefusedException(FetchRules.Cut);
        }
    }

    private static string? Tag(HttpResponseMessage answer) =>
        answer.Headers.ETag is { } tag && IsTag(tag.ToString()) ? tag.ToString() : null;

    /// <summary>Whether a text may be kept as an entity tag.</summary>
    internal static bool IsTag(string text) => text.Length is > 0 and <= MostTag && text.All(c => c is > ' ' and < '\u007f');

    private HttpClient Client(FetchWork work)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,

            // Traces go nowhere from here.
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = MostHeaderKibibytes,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            SslOptions = Tls(work),
        };
        var taken = false;
        handler.ConnectCallback = (_, _) =>
        {
            if (taken)
            {
                throw new ConnectionOverException();
            }

            taken = true;
            return ValueTask.FromResult<Stream>(new FileStream(new SafeFileHandle(connection, ownsHandle: true), FileAccess.ReadWrite, 0));
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static SslClientAuthenticationOptions Tls(FetchWork work)
    {
        var options = new SslClientAuthenticationOptions();
        if (work.Roots is not null)
        {
            // Revocation would need a second connection, which there is not; nor are missing certificates of a chain fetched.
            var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            chain.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
            try
            {
                chain.CustomTrustStore.ImportFromPem(work.Roots);
            }
            catch (CryptographicException)
            {
                throw new WorkerRefusedException(FetchRules.Roots);
            }

            options.CertificateChainPolicy = chain;
        }

        return options;
    }

    /// <summary>The one connection is used up.</summary>
    private sealed class ConnectionOverException() : Exception("The connection is over.");

    /// <summary>Hands answers over, bounded, and sees when one comes twice.</summary>
    private sealed class PageOutput(FrameWriter output, FetchWork work) : IDisposable
    {
        private readonly MemoryStream _page = new();
        private readonly RecordPages? _records = work.RecordsAt is { } at ? new RecordPages(at) : null;
        private readonly byte[] _step = new byte[Step];
        private long _handed;

        public string LastDigest { get; private set; } = work.LastDigest;

        public long BytesRead { get; private set; }

        public void Dispose() => _page.Dispose();

        /// <summary>The answer as it is. Returns 0: such an answer is the only one.</summary>
        public int Pass(Stream body)
        {
            while (Next(body) is var read and > 0)
            {
                Hand(_step.AsSpan(0, read));
            }

            return 0;
        }

        /// <summary>The records of one answer.</summary>
        /// <returns>How many.</returns>
        public int Records(Stream body)
        {
            _page.SetLength(0);
            while (Next(body) is var read and > 0)
            {
                if (_page.Length + read > MostPageBytes)
                {
                    throw new WorkerRefusedException(FetchRules.TooLarge);
                }

                _page.Write(_step, 0, read);
            }

            var bytes = _page.GetBuffer().AsMemory(0, (int)_page.Length);
            using var lines = new LineFrames(this);
            var records = _records!.Write(bytes, lines);
            lines.Finish();
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
            if (records > 0 && digest == LastDigest)
            {
                throw new WorkerRefusedException(FetchRules.Pages);
            }

            LastDigest = digest;
            return records;
        }

        private int Next(Stream body)
        {
            var read = body.Read(_step);
            BytesRead += read;
            return BytesRead <= work.MostRead ? read : throw new WorkerRefusedException(FetchRules.TooLarge);
        }

        private void Hand(ReadOnlySpan<byte> bytes)
        {
            _handed += bytes.Length;
            if (_handed > work.MostBytes)
            {
                throw new WorkerRefusedException(FetchRules.TooLarge);
            }

            output.Data(bytes);
        }

        /// <summary>Collects short writes into frames.</summary>
        private sealed class LineFrames(PageOutput pages) : Jail.WriteOnlyStream
        {
            private readonly byte[] _buffer = new byte[Step];
            private int _filled;

            public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

            public override void Write(ReadOnlySpan<byte> buffer)
            {
                while (buffer.Length > 0)
                {
                    var part = Math.Min(buffer.Length, _buffer.Length - _filled);
                    buffer[..part].CopyTo(_buffer.AsSpan(_filled));
                    _filled += part;
                    buffer = buffer[part..];
                    if (_filled == _buffer.Length)
                    {
                        Finish();
                    }
                }
            }

            /// <summary>Hands on what is left. Not a flush: the JSON writer makes one after each record.</summary>
            public void Finish()
            {
                pages.Hand(_buffer.AsSpan(0, _filled));
                _filled = 0;
            }
        }
    }
}
