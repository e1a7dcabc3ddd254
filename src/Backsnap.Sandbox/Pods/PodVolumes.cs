using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Pods;

/// <summary>The volumes of a pod as directories of the host.</summary>
internal abstract record PodVolumes
{
    private PodVolumes() { }

    /// <summary>Every volume by its name.</summary>
    public sealed record Ready(IReadOnlyDictionary<string, PodVolume> Volumes) : PodVolumes;

    /// <summary>One is not there yet; the words are the kubelet's (Event FailedMount).</summary>
    public sealed record NotYet(string Why) : PodVolumes;

    /// <summary>Finds or makes the directories; <paramref name="state"/> is the pod's own.</summary>
    public static PodVolumes Prepare(ObjectStore store, VolumeDirectories directories, JsonObject pod, string state)
    {
        var volumes = new Dictionary<string, PodVolume>(StringComparer.Ordinal);
        foreach (var volume in pod.Items("spec", "volumes").OfType<JsonObject>())
        {
            var name = volume.Text("name") ?? "";
            try
            {
                volumes[name] = Prepare(store, directories, pod, volume, Path.Combine(state, "volumes", name));
            }
            catch (VolumeException missing)
            {
                return new NotYet($"MountVolume.SetUp failed for volume \"{name}\" : {missing.Message}");
            }
        }
        return new Ready(volumes);
    }

    private static PodVolume Prepare(ObjectStore store, VolumeDirectories directories, JsonObject pod, JsonObject volume, string own)
    {
        if (volume.Child("persistentVolumeClaim") is { } claim)
            return OfClaim(store, directories, pod.NamespaceOf(), claim.Text("claimName") ?? "", claim.Flag("readOnly"));
        if (volume.Text("hostPath", "path") is { } path)
            return Path.Exists(path) ? new PodVolume(path, false, false) : throw new VolumeException($"hostPath type check failed: {path} does not exist");

        Directory.CreateDirectory(own);
        if (volume.Child("emptyDir") is not null) return new PodVolume(own, false, IsScratch: true);

        var sources = volume.Child("projected") is { } projected ? projected.Items("sources").OfType<JsonObject>() : [volume];
        var mode = volume.Number("projected", "defaultMode") ?? volume.Number("secret", "defaultMode") ?? volume.Number("configMap", "defaultMode") ?? 0b110_100_100;
        foreach (var source in sources) Write(store, pod, source, own, mode);
        return new PodVolume(own, ReadOnly: true, IsScratch: false);
    }

    private static PodVolume OfClaim(ObjectStore store, VolumeDirectories directories, string ns, string claimName, bool readOnly)
    {
        var directory = DirectoryOf(store, directories, ns, claimName);
        var claim = store.Get(ResourceTypes.PersistentVolumeClaims, ns, claimName);
        if (claim?.Text("spec", "volumeMode") == "Block") MakeDevice(Path.Combine(directory, PodVolume.DeviceFile), claim.Text("status", "capacity", "storage") ?? "0");
        return new PodVolume(directory, readOnly, IsScratch: false);
    }

    /// <summary>A file of the volume's size stands for a raw device; it is made where the volume is first used.</summary>
    private static void MakeDevice(string path, string capacity)
    {
        if (File.Exists(path)) return;
        using var device = File.Create(path);
        device.SetLength(StorageSize.Parse(capacity) ?? 0);
    }

    private static string DirectoryOf(ObjectStore store, VolumeDirectories directories, string ns, string claimName)
    {
        var claim = store.Get(ResourceTypes.PersistentVolumeClaims, ns, claimName) ?? throw new VolumeException($"persistentvolumeclaim \"{claimName}\" not found");
        var volume = store.Get(ResourceTypes.PersistentVolumes, "", claim.Text("spec", "volumeName") ?? "")
            ?? throw new VolumeException($"PVC {ns}/{claimName} is not bound");
        var directory = volume.Text("spec", "csi", "volumeHandle") is { } handle ? directories.PathOfVolume(handle)
            : volume.Text("spec", "hostPath", "path") ?? volume.Text("spec", "local", "path")
            ?? throw new VolumeException($"{volume.NameOf()} is of a kind that the sandbox does not mount");
        return Directory.Exists(directory) ? directory : throw new VolumeException($"{directory} does not exist");
    }

    private static void Write(ObjectStore store, JsonObject pod, JsonObject source, string directory, long mode)
    {
        if (source.Child("downwardAPI") is { } downward)
        {
            foreach (var item in downward.Items("items"))
                WriteFile(directory, item.Text("path") ?? "", Encoding.UTF8.GetBytes(PodFields.Read(pod, item.Text("fieldRef", "fieldPath") ?? "") ?? ""), mode);
            return;
        }
        var (type, reference) = source.Child("secret") is { } secret ? (ResourceTypes.Secrets, secret) : (ResourceTypes.ConfigMaps, source.Child("configMap"));
        if (reference is null) throw new VolumeException($"the sandbox has no volumes of this kind: {source.ToJsonString()}");
        var name = reference.Text("secretName") ?? reference.Text("name") ?? "";
        if (store.Get(type, pod.NamespaceOf(), name) is not { } found)
        {
            if (reference.Flag("optional")) return;
            throw new VolumeException($"{type.Singular} \"{name}\" not found");
        }
        var data = KeyedData.Of(found);
        var items = reference.Items("items");
        var files = items.Count == 0
            ? data.Keys.Select(key => (Key: key, Path: key, Mode: (long?)null))
            : items.Select(item => (Key: item.Text("key") ?? "", Path: item.Text("path") ?? "", Mode: item.Number("mode")));
        // Of an optional source a key may be missing as well as the whole object.
        foreach (var file in files.Where(file => data.ContainsKey(file.Key) || !reference.Flag("optional")))
            WriteFile(
                directory,
                file.Path,
                data.TryGetValue(file.Key, out var content) ? content : throw new VolumeException($"references non-existent {type.Singular} key: {file.Key}"),
                file.Mode ?? mode);
    }

    private static void WriteFile(string directory, string path, byte[] content, long mode)
    {
        var file = Path.GetFullPath(Path.Combine(directory, path));
        if (!file.StartsWith(directory + "/", StringComparison.Ordinal)) throw new VolumeException($"{path} leads out of the volume");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)mode);
    }
}

/// <summary>A directory of the host that is a volume of a pod; scratch volumes (emptyDir) begin empty and go with the pod.</summary>
internal sealed record PodVolume(string Directory, bool ReadOnly, bool IsScratch)
{
    /// <summary>The one file of a volume that is given to pods as a device.</summary>
    public const string DeviceFile = "device.img";
}
