namespace Backsnap.Sandbox.Lifecycle;

/// <summary>Where the output of containers is.</summary>
internal interface IPodLogs
{
    /// <summary>The log of a container, or null when it has not started.</summary>
    PodLog? TryOpen(string ns, string pod, string container);
}

/// <summary>
/// The log of one container: a file of lines "TIME STREAM text", TIME in RFC 3339 with nine digits after the second's point, in UTC, STREAM
/// stdout or stderr. It grows until <see cref="IsComplete"/> is true; what was written before that is then in the file.
/// </summary>
internal sealed record PodLog(string Path, Func<bool> IsComplete);
