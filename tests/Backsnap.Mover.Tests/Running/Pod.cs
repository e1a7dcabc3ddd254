using System.Collections.Immutable;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Mover.Tests;

/// <summary>Runs programs where a volume is mounted at <c>/data</c>, as every pod of the original operator and of this one has it.</summary>
internal static class Pod
{
    // A root of its own in memory, with everything of this machine's and the volume beside it.
    private const string Root = """
        set -e
        root=$1 volume=$2; shift 2
        mkdir -p "$root"
        mount -t tmpfs tmpfs "$root"
        for entry in /*; do
          name=${entry#/}
          if [ "$name" = data ]; then continue
          elif [ -L "$entry" ]; then cp -a "$entry" "$root/$name"
          elif [ -d "$entry" ]; then mkdir "$root/$name"; mount --rbind "$entry" "$root/$name"
          fi
        done
        mkdir "$root/data"
        mount --bind "$volume" "$root/data"
        exec chroot "$root" "$@"
        """;

    private const string Inside = "exec unshare --mount --propagation private sh -c \"$@\"";

    /// <summary>Why that cannot be done here; null when it can.</summary>
    public static async Task<string?> Missing(MoverRig rig)
    {
        var (exitCode, output) = await Try(rig, rig.Volume, "true");
        return exitCode == 0 ? null : $"a mount namespace with a volume at /data is not allowed here: {output}";
    }

    /// <summary>Runs a script of sh with the volume at <c>/data</c> and the rig's repository and password in its environment; what it printed.</summary>
    public static async Task<string> Run(MoverRig rig, string volume, string script)
    {
        var (exitCode, output) = await Try(rig, volume, script);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {output}");
        return output;
    }

    /// <summary>The same, whatever its end is.</summary>
    public static Task<(int ExitCode, string Output)> Try(MoverRig rig, string volume, string script) =>
        Shell.Try(Inside, [Root, "pod", rig.In("root"), volume, "sh", "-ec", script], Surroundings(rig));

    /// <summary>Runs a script of sh that may mount what it likes: nobody else sees it, and it goes with the script.</summary>
    public static Task<(int ExitCode, string Output)> TryMounting(MoverRig rig, string script) =>
        Shell.Try(Inside, [$"set -e; {script}"], Surroundings(rig));

    private static ImmutableDictionary<string, string> Surroundings(MoverRig rig) => rig.ProcessEnvironment()
        .SetItem("RESTIC_REPOSITORY", rig.Repository)
        .SetItem("RESTIC_CACHE_DIR", rig.In("cache"))
        .SetItem("PATH", $"{Path.GetDirectoryName(rig.Restic)}:{Environment.GetEnvironmentVariable("PATH")}");

    /// <summary>The words of a shell that run the mover for claim shop/orders.</summary>
    public static string Mover(MoverRig rig, string arguments, string path = "/data") =>
        $"dotnet '{Path.Combine(AppContext.BaseDirectory, "backsnap.dll")}' mover {arguments} --host shop --path '{path}' --restic '{rig.Restic}' --result-file '{rig.In("result")}'";
}
