using System.Reflection;

namespace Backsnap.Kubernetes;

/// <summary>How the client behaves; the defaults are meant for the operator.</summary>
public sealed record ClientOptions
{
    /// <summary>The program and its version, as the server's audit log and <c>managedFields</c> show it.</summary>
    public string UserAgent { get; init; } = $"backsnap/{ProgramVersion}";

    /// <summary>Time for one try of a request, its answer included; watches and followed logs have none. By the system's clock.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries of a request in all, at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Requests a second on the long run, those of every try counted; 0 for no limit. Watches and Leases are not limited.</summary>
    public int RequestsPerSecond { get; init; }

    /// <summary>Requests that may go at once after a quiet while; at least 1.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Whether a follower asks for what is there by a watch first, and for pages only where the server does not do that.</summary>
    public bool StreamingLists { get; init; } = true;

    /// <summary>Clock of pauses and of expiring credentials.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads pauses: numbers from 0 to 1, 1 excluded.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Called after every try of every request, for metrics. Must not throw, nor take long.</summary>
    public Action<RequestRecord>? OnRequest { get; init; }

    /// <summary>Called with warnings that the server sends along (deprecations, unknown fields). Must not throw, nor take long.</summary>
    public Action<string>? OnWarning { get; init; }

    private static string ProgramVersion =>
        typeof(ClientOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}

/// <summary>One try of one request, for metrics.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="StatusCode">HTTP status; null when there was no answer.</param>
/// <param name="Error">Why it failed; null for success.</param>
/// <param name="Duration">Until the answer was read; of a watch or log, until it began.</param>
/// <param name="Attempt">Number of the try, from 1.</param>
public sealed record RequestRecord(ApiRequest Request, int? StatusCode, ApiErrorKind? Error, TimeSpan Duration, int Attempt)
{
    /// <summary>What the server's clock showed when it answered, in whole seconds; null where it did not say.</summary>
    public DateTimeOffset? Date { get; init; }
}
