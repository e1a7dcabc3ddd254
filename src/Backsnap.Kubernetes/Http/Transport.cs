using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Backsnap.Kubernetes;

/// <summary>Connections to one server, over HTTP/1.1 (measured faster than HTTP/2 for long lists) with gzip.</summary>
internal sealed class Transport : IDisposable
{
    private const int MostRetired = 4;

    private readonly KubeConnection _connection;
    private readonly ServerTrust? _trust;
    private readonly Lock _lock = new();
    private readonly Queue<HttpMessageInvoker> _retired = [];
    private (ClientCertificate? Certificate, HttpMessageInvoker Invoker) _current;

    public Transport(KubeConnection connection)
    {
        _connection = connection;
        _trust = connection.Authorities is { } authorities ? new ServerTrust(authorities) : null;
        _current = (connection.ClientCertificate, Connect(connection.ClientCertificate));
    }

    /// <summary>Why the server's certificate was last refused; null when it was not.</summary>
    public string? LastRefusal => _trust?.LastRefusal;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ClientCertificate? certificate, CancellationToken cancel) =>
        InvokerFor(certificate).SendAsync(request, cancel);

    public void Dispose()
    {
        lock (_lock)
        {
            _current.Invoker.Dispose();
            foreach (var invoker in _retired) invoker.Dispose();
        }
    }

    // A certificate belongs to a connection, so a new one (from a credential plugin) needs new connections. The old stay open
    // for the requests that run on them, for the next few certificates: by then even a watch has ended.
    private HttpMessageInvoker InvokerFor(ClientCertificate? certificate)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current.Certificate, certificate)) return _current.Invoker;

            _retired.Enqueue(_current.Invoker);
            if (_retired.Count > MostRetired) _retired.Dequeue().Dispose();
            _current = (certificate, Connect(certificate));
            return _current.Invoker;
        }
    }

    private HttpMessageInvoker Connect(ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            ConnectCallback = OpenAsync,
            SslOptions = Tls(certificate),
        };
        if (_connection.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        else if (_connection.Server.IsLoopback) handler.UseProxy = false;
        return new HttpMessageInvoker(handler);
    }

    private SslClientAuthenticationOptions Tls(ClientCertificate? certificate)
    {
        var options = new SslClientAuthenticationOptions();
        if (certificate is not null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Intermediates, offline: true);
        }

        if (_trust is not null)
        {
            options.CertificateChainPolicy = _trust.Policy();
            options.RemoteCertificateValidationCallback = _trust.Accepts;
        }

#pragma warning disable CA5359 // The kubeconfig says insecure-skip-tls-verify: whoever wrote it has chosen.
        if (_connection.SkipTlsVerify) options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return options;
    }

    // Keep-alive on the socket finds out that the other side is gone: a watch may be silent for minutes.
    private static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
