using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sandbox.Vault.Workers;

#pragma warning disable RS0030 // The one place that opens a connection, and only to an address that was approved.

namespace Sandbox.Vault.Fetching;

/// <summary>An open connection, to be handed to a child.</summary>
internal sealed class Dialled(Socket socket) : IDisposable
{
    public SafeHandle Handle => socket.SafeHandle;

    public void Dispose() => socket.Dispose();
}

/// <summary>
/// Opens the connection to a provider's interface, the only connection that leaves the domain. Not a byte is written to it or read from it here: it is handed to a jailed child, which can open none.
/// </summary>
internal static class Dial
{
    // <sys/socket.h> of Linux.
    private const int SolSocket = 1, SoReceiveTimeout = 20, SoSendTimeout = 21;

    /// <exception cref="WorkerRefusedException"><see cref="FetchRules.Address"/> or <see cref="FetchRules.Reach"/>.</exception>
    public static async Task<Dialled> ConnectAsync(SourceAddress address, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            var found = await FindAsync(address, late.Token).ConfigureAwait(false);
            if (found.Length == 0)
            {
                throw new WorkerRefusedException(FetchRules.Address);
            }

            // Each gets its share, so that one that swallows everything does not shut the others out.
            foreach (var one in found)
            {
                if (await ReachAsync(new IPEndPoint(one, address.Port), patience, patience / found.Length, late.Token).ConfigureAwait(false) is { } socket)
                {
                    return new Dialled(socket);
                }
            }
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        throw new WorkerRefusedException(FetchRules.Reach);
    }

    /// <summary>Whether an address may be asked for a host that is not named as this machine.</summary>
    internal static bool MayAsk(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return MayAsk(address.MapToIPv4());
        }

        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast || address.IsIPv6LinkLocal)
        {
            return false;
        }

        // 0.0.0.0/8, 169.254.0.0/16 (machines' own metadata services answer there) and everything from 224.0.0.0 on.
        return address.AddressFamily != AddressFamily.InterNetwork || address.GetAddressBytes() is not ([0, ..] or [169, 254, ..] or [>= 224, ..]);
    }

    private static async Task<IPAddress[]> FindAsync(SourceAddress address, CancellationToken cancellation)
    {
        IPAddress[] all;
        try
        {
            all = IPAddress.TryParse(address.Host, out var number) ? [number] : await Dns.GetHostAddressesAsync(address.Host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            throw new WorkerRefusedException(FetchRules.Reach);
        }

        return [.. all.Where(one => address.IsLoopback ? IPAddress.IsLoopback(one) : MayAsk(one))];
    }

    private static async Task<Socket?> ReachAsync(IPEndPoint end, TimeSpan patience, TimeSpan share, CancellationToken cancellation)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // The child reads and writes as on a pipe, so the socket has to stay a waiting one; the kernel ends waits that are too long.
            Span<byte> wait = stackalloc byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(wait, Math.Max(1, (long)patience.TotalSeconds));
            socket.SetRawSocketOption(SolSocket, SoReceiveTimeout, wait);
            socket.SetRawSocketOption(SolSocket, SoSendTimeout, wait);
            socket.NoDelay = true;
            await Task.Run(() => socket.Connect(end), cancellation).WaitAsync(share, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or TimeoutException)
        {
            socket?.Dispose();
            return null;
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }
}
