using System.Diagnostics;

namespace Backsnap.Sandbox.Volumes;

/// <summary>Why a volume or snapshot could not be made.</summary>
internal sealed class VolumeException(string message) : Exception(message);

/// <summary>
/// The storage behind the cluster: a volume is a plain directory <c>volumes/HANDLE</c>, a snapshot a copy of one, <c>snapshots/HANDLE</c>.
/// Sizes are not enforced. A raw device is one file in its directory. A copy is not taken in one instant: what a pod writes meanwhile may or may not be in it.
/// </summary>
internal sealed class VolumeDirectories
{
    private readonly string volumes;
    private readonly string snapshots;

    public VolumeDirectories(string dataDirectory)
    {
        volumes = Directory.CreateDirectory(Path.Combine(dataDirectory, "volumes")).FullName;
        snapshots = Directory.CreateDirectory(Path.Combine(dataDirectory, "snapshots")).FullName;
    }

    /// <summary>The directory of a volume, whether or not it exists.</summary>
    public string PathOfVolume(string handle) => Path.Combine(volumes, Checked(handle));

    /// <summary>The directory of a snapshot, whether or not it exists.</summary>
    public string PathOfSnapshot(string handle) => Path.Combine(snapshots, Checked(handle));

    /// <summary>Makes an empty volume; one that exists stays as it is.</summary>
    public void CreateVolume(string handle) => Directory.CreateDirectory(PathOfVolume(handle));

    /// <summary>Makes a volume with the content of a snapshot; one that exists stays as it is.</summary>
    /// <exception cref="VolumeException">The snapshot does not exist, or cannot be copied.</exception>
    public Task CreateVolumeFromSnapshotAsync(string handle, string snapshot, CancellationToken cancel) =>
        CopyAsync(PathOfSnapshot(snapshot), PathOfVolume(handle), cancel);

    /// <summary>Makes a snapshot of a volume; one that exists stays as it is.</summary>
    /// <exception cref="VolumeException">The volume does not exist, or cannot be copied.</exception>
    public Task CreateSnapshotAsync(string handle, string volume, CancellationToken cancel) =>
        CopyAsync(PathOfVolume(volume), PathOfSnapshot(handle), cancel);

    /// <summary>Removes a volume with everything in it; without one, nothing.</summary>
    public void DeleteVolume(string handle) => Delete(PathOfVolume(handle));

    /// <summary>Removes a snapshot with everything in it; without one, nothing.</summary>
    public void DeleteSnapshot(string handle) => Delete(PathOfSnapshot(handle));

    public bool SnapshotExists(string handle) => Directory.Exists(PathOfSnapshot(handle));

    /// <summary>
    /// Copies a tree with everything that restic would save of it: modes, owners, times, links, devices, holes, extended attributes;
    /// by reflink where the file system can. The copy appears under its name only when it is whole.
    /// </summary>
    internal static async Task CopyAsync(string source, string target, CancellationToken cancel)
    {
        if (Directory.Exists(target)) return;
        if (!Directory.Exists(source)) throw new VolumeException($"{source} does not exist");

        var partial = $"{target}.{Guid.NewGuid():N}.partial";
        try
        {
            await RunAsync("cp", ["--archive", "--no-target-directory", "--reflink=auto", "--sparse=auto", "--", source, partial], cancel)
                .ConfigureAwait(false);
            try { Directory.Move(partial, target); }
            catch (IOException) when (Directory.Exists(target)) { Delete(partial); }
        }
        catch
        {
            Delete(partial);
            throw;
        }
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new VolumeException($"{program} did not start");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            if (process.ExitCode != 0) throw new VolumeException($"{program}: {(await errors.ConfigureAwait(false)).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    /// <summary>A handle comes from an object that anybody may write: it must not lead out of its directory.</summary>
    private static string Checked(string handle) =>
        handle.Length > 0 && !handle.Contains('/', StringComparison.Ordinal) && handle is not ("." or "..")
            ? handle
            : throw new VolumeException($"\"{handle}\" is not a handle of this driver");
}
