namespace Backsnap.Sandbox;

/// <summary>How to start an embedded cluster.</summary>
/// <remarks>
/// <para>
/// Storage: the classes <c>backsnap-local</c> (default), <c>backsnap-local-wait</c> (binds with the first pod) and
/// <c>backsnap-nosnap</c> (no snapshots), and the snapshot class <c>backsnap-snapshot</c>. Parameters of a further class make it
/// misbehave: <c>sandbox.backsnap.skyb.it/delay</c> (seconds), <c>…/fail</c> (the words to fail with), <c>…/never-ready</c> (<c>true</c>).
/// </para>
/// <para>
/// Pods: every image is taken for backsnap's own; names that begin with <c>missing.invalid/</c> cannot be pulled. A directory of the host
/// that an argument or variable of a container names stays visible even below an emptyDir, so that a repository under <c>/tmp</c> works;
/// it must exist (or its parent below the emptyDir) before the pod starts. Init containers and block volumes are refused with an Event.
/// </para>
/// </remarks>
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

    /// <summary>Is told every request as it comes: its method and its path with the query. It may be called from any thread.</summary>
    public Action<string, string> OnRequest { get; init; } = (_, _) => { };

    /// <summary>
    /// Is told all that is written, each as a line of JSON: <c>{"object":…}</c> is a state of an object, Secrets with their data, and
    /// <c>{"pod":"NAMESPACE/NAME","line":…}</c> a line of a pod's log. It is called before the writer has an answer, from any thread; null asks for nothing.
    /// </summary>
    public Action<string>? OnWritten { get; init; }

    /// <summary>Takes lines about what the cluster does, for a person; it may be called from any thread.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
