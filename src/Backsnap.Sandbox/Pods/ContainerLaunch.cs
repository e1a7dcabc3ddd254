namespace Backsnap.Sandbox.Pods;

/// <summary>A directory or file of the host and where the container sees it.</summary>
internal sealed record ContainerMount(string Source, string Target, bool ReadOnly);

/// <summary>What setpriv(1) takes from the container's process, beyond what the namespaces take.</summary>
internal sealed record ContainerRights(IReadOnlyList<string> SetprivArguments)
{
    public static ContainerRights Unchanged { get; } = new([]);
}

/// <summary>Everything that is needed to start one container; nothing is left to look up.</summary>
/// <param name="HostName">The pod's name, or its <c>spec.hostname</c>.</param>
/// <param name="Command">Program and arguments.</param>
/// <param name="Environment">The whole environment, <c>PATH</c> and <c>HOME</c> included.</param>
/// <param name="WorkingDirectory">A path inside the container.</param>
/// <param name="Mounts">Volumes, parents before what lies beneath them.</param>
/// <param name="Rights">Capabilities and identity.</param>
/// <param name="StateDirectory">A directory of this container alone, where its root is mounted.</param>
/// <param name="LogFile">Where its output goes, a line per line with its time and stream.</param>
internal sealed record ContainerLaunch(
    string HostName,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory,
    IReadOnlyList<ContainerMount> Mounts,
    ContainerRights Rights,
    string StateDirectory,
    string LogFile)
{
    /// <summary>Is told each line that it prints.</summary>
    public Action<string>? OnLine { get; init; }
}

/// <summary>How a container ended.</summary>
internal abstract record ContainerExit
{
    private ContainerExit() { }

    /// <summary>The process ended by itself or by a signal (then <paramref name="Code"/> is 128 and the signal's number).</summary>
    public sealed record Exited(int Code, DateTimeOffset StartedAt, DateTimeOffset FinishedAt) : ContainerExit;

    /// <summary>The container's file system could not be built, or its program could not be found; <paramref name="Why"/> is what was printed.</summary>
    public sealed record NotStarted(string Why, DateTimeOffset At) : ContainerExit;
}
