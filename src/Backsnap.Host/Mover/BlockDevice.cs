using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Backsnap.Host.Mover;

/// <summary>
/// A volume as a row of bytes. restic reads none itself: it saves what a command prints, which is this program again (<c>mover
/// read-device</c>). In the snapshots a device is the file <see cref="VolumePath.DeviceImage"/>, and a tag remembers its size.
/// A regular file in a device's place is treated alike.
/// </summary>
internal static class BlockDevice
{
    /// <summary>How much is read and written at once.</summary>
    public const int BlockSize = 1 << 20;

    private const string SizeTagName = "device-bytes=";
    private const int SeekEnd = 2;

    /// <summary>The subcommand that prints a device.</summary>
    public const string ReadOperation = "read-device";

    /// <summary>The tag that remembers a device's size in bytes.</summary>
    public static string SizeTag(long bytes) => SizeTagName + bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>The size that a snapshot's tags remember; null where they do not.</summary>
    public static long? RememberedSize(SnapshotInfo snapshot) =>
        snapshot.Tags.FirstOrDefault(tag => tag.StartsWith(SizeTagName, StringComparison.Ordinal)) is { } tag
        && long.TryParse(tag[SizeTagName.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;

    /// <summary>The size in bytes; null where there is nothing that can be read. The file system says 0 of a device, its end says more.</summary>
    public static long? Length(string path)
    {
        try
        {
            using var device = File.OpenHandle(path);
            var end = Seek(device, 0, SeekEnd);
            return end >= 0 ? end : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The command line that prints a device.</summary>
    public static ImmutableArray<string> ReadCommand(string path) => [.. Ourselves, "mover", ReadOperation, path];

    /// <summary>Prints a device whole; a command that ends well has printed every byte of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(string path, Stream output, TextWriter complaints)
    {
        try
        {
            if (Length(path) is not { } length)
                throw new IOException($"{path} cannot be read");
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
            var block = new byte[BlockSize];
            for (long at = 0; at < length;)
            {
                var read = RandomAccess.Read(device, block.AsSpan(0, (int)Math.Min(block.Length, length - at)), at);
                if (read == 0)
                    throw new EndOfStreamException($"{path} ended at byte {at} of {length}");
                output.Write(block, 0, read);
                at += read;
            }

            output.Flush();
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            complaints.WriteLine(error.Message);
            return 1;
        }
    }

    // The program is one file where it is published, and a library that dotnet runs where it is only built.
    private static ImmutableArray<string> Ourselves =>
        Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) == "backsnap"
            ? [program]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "backsnap.dll")];

    [DllImport("libc", EntryPoint = "lseek64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Seek(Microsoft.Win32.SafeHandles.SafeFileHandle handle, long offset, int whence);
}
