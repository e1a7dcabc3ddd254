using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Backsnap.Host.Tests.Stores;

/// <summary>Ports of the loopback address, for servers that are processes of their own.</summary>
internal static class LoopbackPort
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>One at which nobody listens at this moment.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a server listens; fails where its process has ended, or after a minute.</summary>
    public static async Task Answers(int port, Process server)
    {
        using var deadline = new CancellationTokenSource(Limit);
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
                return;
            }
            catch (SocketException) when (!server.HasExited)
            {
                await Task.Delay(Look, deadline.Token);
            }
        }
    }
}
