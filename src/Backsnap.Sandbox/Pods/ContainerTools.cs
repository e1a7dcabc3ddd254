namespace Backsnap.Sandbox.Pods;

/// <summary>
/// The programs of util-linux that isolate a container, found once, and the command line that they make together. They are named
/// by absolute paths because they are looked up with the container's PATH, which is not ours.
/// </summary>
internal sealed record ContainerTools(PodIsolation Isolation, string Setpriv, string Setsid, string Unshare, string Shell, string RootScript)
{
    private const string ScriptName = "pod-root.sh";

    /// <summary>
    /// Finds the programs, writes the script into <paramref name="directory"/>, and tries what the kernel allows: namespaces as root,
    /// then in a user namespace, then none.
    /// </summary>
    /// <exception cref="InvalidOperationException">A program of util-linux or a shell is missing; the message names it.</exception>
    public static async Task<ContainerTools> ProbeAsync(string directory, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        var script = Path.Combine(directory, ScriptName);
        await using (var source = typeof(ContainerTools).Assembly.GetManifestResourceStream(ScriptName)!)
        await using (var target = File.Create(script))
            await source.CopyToAsync(target).ConfigureAwait(false);

        var none = new ContainerTools(
            new PodIsolation.PathMap("not probed"), Find("setpriv"), Find("setsid"), Find("unshare"), Find("sh"), script);
        var refusals = new List<string>();
        PodIsolation[] candidates = Environment.IsPrivilegedProcess
            ? [new PodIsolation.Namespaces(), new PodIsolation.UserNamespace()]
            : [new PodIsolation.UserNamespace()];
        foreach (var candidate in candidates)
        {
            var tools = none with { Isolation = candidate };
            var refusal = await tools.TryAsync(directory, time).ConfigureAwait(false);
            if (refusal is null) return tools;
            refusals.Add(refusal);
        }
        return none with { Isolation = new PodIsolation.PathMap(string.Join("; ", refusals)) };
    }

    /// <summary>The arguments of setpriv for one container; <paramref name="ready"/> is printed when its program is about to run.</summary>
    public IEnumerable<string> Arguments(ContainerLaunch launch, string ready) => Isolation switch
    {
        PodIsolation.Namespaces => Isolated([], launch, ready),
        PodIsolation.UserNamespace => Isolated(["--user", "--map-root-user"], launch, ready),
        PodIsolation.PathMap => ["--pdeathsig", "KILL", "--", Setsid, .. launch.Command],
    };

    /// <summary>The environment of one container.</summary>
    public IEnumerable<KeyValuePair<string, string>> EnvironmentOf(ContainerLaunch launch) => Isolation switch
    {
        PodIsolation.Namespaces or PodIsolation.UserNamespace => launch.Environment,
        PodIsolation.PathMap => launch.Environment.Append(new("BACKSNAP_PATH_MAP", string.Join(':', launch.Mounts.Select(mount => $"{mount.Target}={mount.Source}")))),
    };

    private IEnumerable<string> Isolated(string[] user, ContainerLaunch launch, string ready)
    {
        var root = Path.Combine(launch.StateDirectory, "root");
        Directory.CreateDirectory(root);
        return
        [
            "--pdeathsig", "KILL", "--", Setsid,
            Unshare, .. user, "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=KILL", "--propagation", "private",
            Shell, RootScript, root, launch.HostName, launch.WorkingDirectory, ready, string.Join(' ', launch.Rights.SetprivArguments),
            .. launch.Mounts.SelectMany(mount => new[] { "MOUNT", mount.Source, mount.Target, mount.ReadOnly ? "ro" : "rw" }),
            "--", .. launch.Command,
        ];
    }

    private async Task<string?> TryAsync(string directory, TimeProvider time)
    {
        var scratch = Path.Combine(directory, $"probe-{Isolation.GetType().Name}");
        var volume = Path.Combine(scratch, "volume");
        Directory.CreateDirectory(volume);
        try
        {
            var launch = new ContainerLaunch(
                "probe",
                [Shell, "-c", "test -d /backsnap-probe && ! touch /backsnap-probe/x 2>/dev/null"],
                new Dictionary<string, string>(),
                "/",
                [new ContainerMount(volume, "/backsnap-probe", ReadOnly: true)],
                ContainerRights.Unchanged,
                scratch,
                Path.Combine(scratch, "log"));
            var process = await ContainerProcess.StartAsync(launch, this, time).ConfigureAwait(false);
            return await process.Completion.ConfigureAwait(false) switch
            {
                ContainerExit.Exited { Code: 0 } => null,
                ContainerExit.Exited exited => $"the probe ended with {exited.Code}",
                ContainerExit.NotStarted not => not.Why.Replace('\n', ' '),
            };
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string Find(string program)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]);
        return directories.Where(directory => directory.StartsWith('/'))
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"The program {program} was not found; pods cannot run without it (Debian: package util-linux).");
    }
}
