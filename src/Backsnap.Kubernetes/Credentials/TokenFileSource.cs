using System.Net.Http.Headers;

namespace Backsnap.Kubernetes;

/// <summary>
/// A token that somebody else renews in a file: the kubelet does so for pods. Read at most once a minute, or sooner when the
/// server does not accept it; while the file cannot be read, the last token serves on.
/// </summary>
internal sealed class TokenFileSource(string path, ClientCertificate? certificate, TimeProvider time) : CredentialSource
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Shown.Proof? _last;
    private DateTimeOffset _readAt;

    public override ValueTask<Shown> GetAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            return new(_last is { } last && time.GetUtcNow() - _readAt < Fresh ? last : Read());
        }
    }

    public override bool Renew(Shown.Proof refused)
    {
        lock (_lock)
        {
            // Another request may have renewed it while this one was under way.
            if (_last is { } last && last != refused) return true;
            return Read() is Shown.Proof read && read != refused;
        }
    }

    public override void Dispose()
    {
    }

    private Shown Read()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            if (token.Length == 0) return _last ?? (Shown)new Shown.Nothing($"the token file {path} is empty");

            _last = new Shown.Proof(new AuthenticationHeaderValue("Bearer", token), certificate);
            _readAt = time.GetUtcNow();
            return _last;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _last ?? (Shown)new Shown.Nothing($"the token file {path} cannot be read ({e.Message})");
        }
    }
}
