using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// The proxy of HTTPS_PROXY that leads to a server of the test whatever name was asked for, so that a store whose name follows from an account, or
/// is fixed in its client, can be had without changing how this machine resolves names.
/// </summary>
internal sealed class Tunnel : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<string, int?> portOf;

    /// <param name="portOf">The port to which a name leads; null for nowhere.</param>
    public Tunnel(Func<string, int?> portOf)
    {
        this.portOf = portOf;
        listener.Start();
        _ = Accept();
    }

    /// <summary>What to set HTTPS_PROXY to.</summary>
    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The names that were asked for.</summary>
    public IEnumerable<string> Asked => asked.Keys;

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var caller = client;
        using var server = new TcpClient();
        try
        {
            var stream = caller.GetStream();
            var host = (await Head(stream)).Split(' ')[1].Split(':')[0];
            asked.TryAdd(host, 0);
            if (portOf(host) is not { } port)
            {
                await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\n\r\n"u8.ToArray(), stop.Token);
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, port, stop.Token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop.Token);
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), stop.Token), server.GetStream().CopyToAsync(stream, stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // One side went away; so does the other.
        }
    }

    private async Task<string> Head(NetworkStream stream)
    {
        var head = new StringBuilder();
        var letter = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(letter, stop.Token);
            head.Append((char)letter[0]);
        }

        return head.ToString();
    }
}
