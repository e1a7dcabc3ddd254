namespace Backsnap.Sandbox.Pods;

/// <summary>
/// How the container of a pod is kept apart from the host it runs on. Probed once, when the sandbox starts: what the kernel and
/// the caller's rights allow decides, and the answer can be read (<c>SandboxCluster</c> logs it).
/// </summary>
public abstract record PodIsolation
{
    private PodIsolation() { }

    /// <summary>
    /// Namespaces of its own (mount, UTS, IPC, PID), made with the rights of root: the pod sees its volumes at the paths that it asks
    /// for, its own host name (which restic's locks carry), and no process but its own.
    /// </summary>
    public sealed record Namespaces : PodIsolation;

    /// <summary>
    /// The same inside a user namespace, for callers who are not root: inside, files of the caller belong to root, and a change of
    /// owner to anybody else fails.
    /// </summary>
    public sealed record UserNamespace : PodIsolation;

    /// <summary>
    /// Neither is allowed (<paramref name="Why"/> holds the kernel's words). The container then runs on the host's own file system and
    /// finds its volumes through the environment variable <c>BACKSNAP_PATH_MAP</c>: pairs <c>path in the pod=path on the host</c>
    /// joined by colons, for example <c>/data=/srv/v1:/dev/termination-log=/srv/p1/message</c>. Only the mover understands it; restic
    /// then records the mapped path, read-only mounts are not enforced, and all pods share the host's name and processes.
    /// </summary>
    public sealed record PathMap(string Why) : PodIsolation;

    /// <summary>One sentence for the log.</summary>
    public string Description => this switch
    {
        Namespaces => "pods run in namespaces of their own (as root)",
        UserNamespace => "pods run in a user namespace (not root: owners other than the caller cannot be kept)",
        PathMap map => $"pods run without namespaces, volumes are passed as BACKSNAP_PATH_MAP ({map.Why})",
    };
}
