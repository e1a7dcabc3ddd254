namespace Backsnap.Host.Mover;

/// <summary>
/// Where the volume is. Normally one path. In an embedded cluster that may not make mount namespaces, the pod's <c>/data</c> is some
/// directory of the host, another one each time: then restic records that directory, and the snapshots are known by a tag instead.
/// </summary>
/// <param name="Asked">The path as the pod names it, absolute and without a slash at its end: <c>/data</c>.</param>
/// <param name="OnDisk">The same place as this process finds it.</param>
/// <param name="IsMapped">The pod's paths are no paths of this machine, whether or not this pod has the volume.</param>
internal sealed record VolumePath(string Asked, string OnDisk, bool IsMapped)
{
    /// <summary>
    /// What snapshots of block devices record as their path, whatever the device is called: the whole device is one file of theirs.
    /// </summary>
    public const string DeviceImage = "/volume.img";

    /// <summary>The path that snapshots of this volume record.</summary>
    public string Recorded => IsMapped ? OnDisk : Asked;

    /// <summary>The tag by which snapshots of a mapped path are known.</summary>
    public string Tag => $"backsnap-path={Asked}";

    /// <summary>The directory above, and the last part: what restic restores into.</summary>
    public string Parent => Path.GetDirectoryName(OnDisk) is { Length: > 0 } parent ? parent : "/";
}
