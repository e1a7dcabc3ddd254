namespace Backsnap.Sandbox;

/// <summary>How to start an embedded cluster.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where volumes, snapshots and the logs of pods are kept. It is created when it is not there; what is in it afterwards belongs to the cluster.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>YAML files (or directories of them) with CustomResourceDefinitions to have from the start.</summary>
    public IReadOnlyList<string> DefinitionFiles { get; init; } = [];

    /// <summary>The TCP port on 127.0.0.1; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>How to start the backsnap program for a pod: the program and what comes before the container's args.</summary>
    public IReadOnlyList<string> MoverCommand { get; init; } = [];

    /// <summary>The clock of timestamps and deadlines.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How many changes are remembered for watches that resume; older ones answer 410 Expired.</summary>
    public int WatchHistory { get; init; } = 20_000;

    /// <summary>How often a watch that asked for bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause before something that failed is tried again: a Job's pod, a container that restarts, an image that cannot be pulled.
    /// It doubles from one failure to the next.
    /// </summary>
    public TimeSpan FirstRetryPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes lines about what the cluster does, for a person; it may be called from any thread.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
