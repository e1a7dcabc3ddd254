using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Backsnap.Kubernetes;

/// <summary>Credentials that a program prints; kept until they expire or the server does not accept them.</summary>
internal sealed class ExecSource(KubeCredential.Exec exec, ClientCertificate? certificate, TimeProvider time) : CredentialSource
{
    // Renewed a little early, so that a token does not expire on its way to the server.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1, 1);
    private Kept? _kept;

    private sealed record Kept(Shown.Proof Proof, DateTimeOffset? Expires);

    public override async ValueTask<Shown> GetAsync(CancellationToken cancel)
    {
        if (Current() is { } current) return current;
        await _one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return Current() ?? Keep(await ExecPlugin.RunAsync(exec, cancel).ConfigureAwait(false));
        }
        finally
        {
            _one.Release();
        }
    }

    public override bool Renew(Shown.Proof refused)
    {
        // Compared by reference: only the very credentials that were refused are thrown away, not those of a later run.
        if (Volatile.Read(ref _kept) is { } kept && ReferenceEquals(kept.Proof, refused)) Interlocked.CompareExchange(ref _kept, null, kept);
        return true;
    }

    public override void Dispose() => _one.Dispose();

    private Shown.Proof? Current() =>
        Volatile.Read(ref _kept) is { } kept && (kept.Expires is not { } expires || time.GetUtcNow() + Early < expires) ? kept.Proof : null;

    private Shown Keep(ExecAnswer answer)
    {
        if (answer is ExecAnswer.Failed failed) return new Shown.Nothing(failed.Why);
        var printed = ((ExecAnswer.Printed)answer).Json;
        try
        {
            using var document = JsonDocument.Parse(printed);
            var kept = Parse(document.RootElement);
            Volatile.Write(ref _kept, kept);
            return kept.Proof;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or CryptographicException or ArgumentException)
        {
            return new Shown.Nothing($"the credential plugin {exec.Command} printed something that is not an ExecCredential ({e.Message})");
        }
    }

    private Kept Parse(JsonElement root)
    {
        if (root.GetProperty("apiVersion").GetString() is var version && version != exec.ApiVersion)
        {
            throw new FormatException($"apiVersion is \"{version}\" where the kubeconfig says \"{exec.ApiVersion}\"");
        }

        var status = root.GetProperty("status");
        var token = Text(status, "token");
        var leaf = Text(status, "clientCertificateData");
        var key = Text(status, "clientKeyData");
        if (token is null && leaf is null) throw new FormatException("status has neither a token nor a certificate");
        if (leaf is null != key is null) throw new FormatException("status has only one of certificate and key");

        return new Kept(
            new Shown.Proof(
                token is null ? null : new AuthenticationHeaderValue("Bearer", token),
                leaf is null ? certificate : PemCertificate.Read(leaf, key!)),
            Text(status, "expirationTimestamp") is { } expires
                ? DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : null);
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
}
