using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>Who holds a lock of the repository, as the lock itself says.</summary>
/// <param name="Time">When it was last refreshed; restic does that every five minutes while it runs.</param>
/// <param name="Host">The holder's host name: for a mover, its pod's name.</param>
internal sealed record RepositoryLock(Instant Time, string Host)
{
    private static readonly Duration StaleAfter = Duration.FromMinutes(30);

    /// <summary>The holder's process number on its host.</summary>
    public long ProcessId { get; init; }

    /// <summary>The user that the holder runs as.</summary>
    public string User { get; init; } = "";

    /// <summary>Whether it keeps out everybody else, backups included.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Whether restic itself takes it for a dead one by its age.</summary>
    public bool IsStale(Instant now) => now - Time > StaleAfter;

    /// <summary>The holder in words, as in <c>pod-a (PID 17, user root), exclusive lock, last refreshed 3 min 5 s ago</c>.</summary>
    public string Describe(Instant now)
    {
        var user = User.Length == 0 ? "" : $", user {User}";
        var kind = IsExclusive ? "exclusive" : "shared";
        return string.Create(CultureInfo.InvariantCulture, $"{Host} (PID {ProcessId}{user}), {kind} lock, last refreshed {ResultText.Seconds((now - Time).TotalSeconds)} ago");
    }

    /// <summary>Reads what <c>restic cat lock</c> prints; null when it is none, or names no host.</summary>
    public static RepositoryLock? Parse(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var root = json.RootElement;
            return Rfc3339.Read(Json.Text(root, "time")) is { } time && Json.Text(root, "hostname") is { Length: > 0 } host
                ? new RepositoryLock(time, host)
                {
                    ProcessId = Json.Count(root, "pid"),
                    User = Json.Text(root, "username") ?? "",
                    IsExclusive = Json.Flag(root, "exclusive"),
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A host that is proven gone: a pod's name, or what the names of a Job's pods begin with.</summary>
internal sealed record DeadHolder(string Name, bool IsPrefix)
{
    // A Job's name and the dash after it; less would prove nothing of anybody.
    private const int ShortestPrefix = 8;

    /// <summary>Reads <c>NAME</c> or <c>PREFIX*</c>; null when it is neither, or so short that it could mean anybody.</summary>
    public static DeadHolder? Read(string text) => text switch
    {
        [.. var prefix, '*'] => IsHostName(prefix) && prefix.Length >= ShortestPrefix ? new DeadHolder(prefix, IsPrefix: true) : null,
        _ => IsHostName(text) ? new DeadHolder(text, IsPrefix: false) : null,
    };

    /// <summary>Whether this host is meant.</summary>
    public bool Is(string host) => IsPrefix ? host.StartsWith(Name, StringComparison.Ordinal) : host == Name;

    private static bool IsHostName(string text) =>
        text.Length is > 0 and <= 253 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');
}
