using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Backsnap.Kubernetes;

/// <summary>Sends requests: credentials, timeouts, repetition, and the way from whatever happens to a result.</summary>
internal sealed class Sender : IDisposable
{
    private readonly KubeConnection _connection;
    private readonly ClientOptions _options;
    private readonly Transport _transport;
    private readonly CredentialSource _credentials;
    private readonly RequestLimit _limit;

    public Sender(KubeConnection connection, ClientOptions options)
        : this(connection, options, new Transport(connection), CredentialSource.For(connection, options.Time))
    {
    }

    private Sender(KubeConnection connection, ClientOptions options, Transport transport, CredentialSource credentials)
    {
        (_connection, _options) = (connection, options);
        (_transport, _credentials) = (transport, credentials);
        _limit = new RequestLimit(options.RequestsPerSecond, options.Burst, options.Time);
    }

    /// <summary>One that sends otherwise, over the same connections and with the same credentials; nobody disposes it but its origin.</summary>
    public Sender With(ClientOptions other) => new(_connection, other, _transport, _credentials);

    /// <summary>
    /// Sends until there is an answer that <paramref name="read"/> makes a result of, or no hope of one. With
    /// <paramref name="anyStatus"/> refusals are read too.
    /// </summary>
    public async Task<ApiResult<T>> SendAsync<T>(
        RequestPlan plan, Func<HttpResponseMessage, CancellationToken, Task<ApiResult<T>>> read, CancellationToken cancel, bool anyStatus = false)
    {
        var renewed = false;
        for (var attempt = 1; ; attempt++)
        {
            if (IsLimited(plan.Request) && _limit.Take() is { Ticks: > 0 } wait) await Task.Delay(wait, _options.Time, cancel).ConfigureAwait(false);
            var tried = await TryAsync(plan, read, anyStatus, attempt, cancel).ConfigureAwait(false);
            if (tried.Result.ErrorOrNull is not { } error || !plan.MayRetry) return tried.Result;

            if (error is { Kind: ApiErrorKind.Unauthorized, StatusCode: 401 } && !renewed && tried.Proof is { } proof && _credentials.Renew(proof))
            {
                renewed = true;
                continue;
            }

            if (tried.Lasting || attempt >= _options.MaxAttempts) return tried.Result;
            if (Retrying.PauseBefore(error, plan.IsRead, tried.Sent, attempt, _options.Jitter()) is not { } pause) return tried.Result;
            await Task.Delay(pause, _options.Time, cancel).ConfigureAwait(false);
        }
    }

    // A watch costs the server once for minutes; and who leads must be able to say so however much there is to do.
    private static bool IsLimited(ApiRequest request) => request.Verb != "watch" && request.Resource != Resources.Leases.QualifiedName;

    public void Dispose()
    {
        _transport.Dispose();
        _credentials.Dispose();
    }

    private sealed record Tried<T>(ApiResult<T> Result, bool Sent, bool Lasting, Shown.Proof? Proof);

    private async Task<Tried<T>> TryAsync<T>(
        RequestPlan plan,
        Func<HttpResponseMessage, CancellationToken, Task<ApiResult<T>>> read,
        bool anyStatus,
        int attempt,
        CancellationToken cancel)
    {
        var began = _options.Time.GetTimestamp();
        int? status = null;
        DateTimeOffset? date = null;
        Tried<T> Done(ApiResult<T> result, bool sent, bool lasting, Shown.Proof? proof)
        {
            _options.OnRequest?.Invoke(new RequestRecord(
                plan.Request, status, result.ErrorOrNull?.Kind, _options.Time.GetElapsedTime(began), attempt)
            {
                Date = date,
            });
            return new Tried<T>(result, sent, lasting, proof);
        }

        var timeout = plan.Timeout ?? _options.RequestTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        Shown.Proof? proof = null;
        try
        {
            var shown = await _credentials.GetAsync(deadline.Token).ConfigureAwait(false);
            if (shown is Shown.Nothing nothing)
            {
                return Done(Failed<T>(new ApiError(ApiErrorKind.Unauthorized, plan.Request, nothing.Why)), sent: false, lasting: true, null);
            }

            proof = (Shown.Proof)shown;
            using var request = Message(plan, proof);
            var response = await _transport.SendAsync(request, proof.Certificate, deadline.Token).ConfigureAwait(false);
            status = (int)response.StatusCode;
            date = response.Headers.Date;
            PassWarningsOn(response);
            if (response.IsSuccessStatusCode || anyStatus)
            {
                return Done(await read(response, deadline.Token).ConfigureAwait(false), sent: true, lasting: false, proof);
            }

            using (response)
            {
                var error = await Refusal.ReadAsync(plan.Request, response, _options.Time.GetUtcNow(), deadline.Token).ConfigureAwait(false);
                return Done(Failed<T>(error), sent: true, lasting: false, proof);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var error = new ApiError(ApiErrorKind.Timeout, plan.Request, $"waited {timeout.TotalSeconds:0.#} s") { StatusCode = status };
            return Done(Failed<T>(error), sent: true, lasting: false, proof);
        }
        catch (JsonException e)
        {
            return Done(Failed<T>(Malformed(plan.Request, status, e)), sent: true, lasting: false, proof);
        }
        catch (Exception e) when (NetworkFailure.Is(e))
        {
            var error = NetworkFailure.Of(plan.Request, e, _transport.LastRefusal);
            return Done(Failed<T>(error), sent: !NetworkFailure.BeforeSending(e), lasting: NetworkFailure.IsLasting(e), proof);
        }
    }

    private static ApiResult<T> Failed<T>(ApiError error) => new ApiResult<T>.Failed(error);

    private static ApiError Malformed(ApiRequest request, int? status, JsonException e) =>
        new(ApiErrorKind.Unexpected, request, $"its JSON cannot be read: {e.Message}") { StatusCode = status };

    private HttpRequestMessage Message(RequestPlan plan, Shown.Proof proof)
    {
        var message = new HttpRequestMessage(plan.Method, Address(plan.PathAndQuery));
        message.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(plan.Accept));
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        message.Headers.Authorization = proof.Authorization;
        // .NET takes the name for TLS from the Host header; there is no other way to name it for one request.
        if (_connection.TlsServerName is { } name) message.Headers.Host = name;
        if (plan.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            if (plan.ContentType is { } type) message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return message;
    }

    private Uri Address(string pathAndQuery) =>
        new(_connection.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + pathAndQuery);

    private void PassWarningsOn(HttpResponseMessage response)
    {
        if (_options.OnWarning is not { } pass || !response.Headers.TryGetValues("Warning", out var warnings)) return;
        foreach (var warning in warnings) pass(WarningText(warning));
    }

    // 299 - "text with \"quotes\""
    private static string WarningText(string header)
    {
        var open = header.IndexOf('"', StringComparison.Ordinal);
        if (open < 0) return header;

        var text = new StringBuilder();
        for (var at = open + 1; at < header.Length && header[at] != '"'; at++)
        {
            if (header[at] == '\\' && at + 1 < header.Length) at++;
            text.Append(header[at]);
        }

        return text.ToString();
    }
}
