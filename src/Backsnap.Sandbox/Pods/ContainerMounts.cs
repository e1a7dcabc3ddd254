using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>Where a container's volumes, and its termination message, appear in its file system.</summary>
internal static class ContainerMounts
{
    /// <summary>
    /// The mounts of a container, parents first. A scratch volume over a directory of the host (an emptyDir at <c>/tmp</c>, say) would hide
    /// what the container was told to use there: the program itself, a directory of its PATH, a repository in a local directory.
    /// On a real cluster these are in the image or on the network; here each directory of the host that is <paramref name="mentioned"/> by
    /// an absolute path stays visible through such a volume.
    /// </summary>
    public static IReadOnlyList<ContainerMount> Of(
        JsonObject container, IReadOnlyDictionary<string, PodVolume> volumes, string messageFile, IEnumerable<string> mentioned)
    {
        var mounts = container.Items("volumeMounts").OfType<JsonObject>().Select(mount => MountOf(mount, volumes)).ToList();
        var scratch = mounts.Where(mount => volumes.Values.Any(volume => volume.IsScratch && mount.Source.StartsWith(volume.Directory, StringComparison.Ordinal)));
        var hidden = mentioned.SelectMany(PathsIn)
            .Select(NearestDirectory)
            .OfType<string>()
            .Where(path => scratch.Any(mount => path.StartsWith(mount.Target + "/", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal)
            .Select(path => new ContainerMount(path, path, ReadOnly: false));
        return
        [
            .. mounts.Concat(hidden).OrderBy(mount => mount.Target.Count(letter => letter == '/')).ThenBy(mount => mount.Target, StringComparer.Ordinal),
            .. container.Items("volumeDevices").OfType<JsonObject>().Select(device => new ContainerMount(
                Path.Combine(volumes[device.Text("name") ?? ""].Directory, PodVolume.DeviceFile), device.Text("devicePath") ?? "", ReadOnly: false)),
            new ContainerMount(messageFile, container.Text("terminationMessagePath") ?? "/dev/termination-log", ReadOnly: false),
        ];
    }

    private static ContainerMount MountOf(JsonObject mount, IReadOnlyDictionary<string, PodVolume> volumes)
    {
        var volume = volumes[mount.Text("name") ?? ""];
        var source = mount.Text("subPath") is { Length: > 0 } inside ? Path.Combine(volume.Directory, inside) : volume.Directory;
        if (!Path.Exists(source)) Directory.CreateDirectory(source);
        var target = "/" + (mount.Text("mountPath") ?? "").Trim('/');
        return new ContainerMount(source, target, volume.ReadOnly || mount.Flag("readOnly"));
    }

    /// <summary>The absolute paths in an argument or a variable: alone, in a list joined by colons, after <c>--option=</c> or <c>local:</c>.</summary>
    private static IEnumerable<string> PathsIn(string text) =>
        text.Split(':', '=').Where(part => part.StartsWith('/') && !part.StartsWith("//", StringComparison.Ordinal));

    private static string? NearestDirectory(string path)
    {
        var candidate = Path.GetFullPath(path);
        while (candidate is not null && !Directory.Exists(candidate)) candidate = Path.GetDirectoryName(candidate);
        return candidate;
    }
}
