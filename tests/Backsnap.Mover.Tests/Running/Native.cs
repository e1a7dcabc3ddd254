using System.Runtime.InteropServices;

namespace Backsnap.Mover.Tests;

/// <summary>What only tests need of the C library: device nodes, and signals that cannot be caught.</summary>
internal static partial class Native
{
    public const int SigKill = 9;

    /// <summary>Makes a device node; false where the process may not.</summary>
    public static bool TryMakeDevice(string path, int kindAndMode, uint major, uint minor) =>
        Mknod(path, (uint)kindAndMode, Device(major, minor)) == 0;

    /// <summary>Sends a signal; to the group of processes when the number is negative. 0 when it was sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Kill(int process, int signal);

    // As glibc's makedev: the low twelve bits of major and the low eight of minor where they always were, the rest above them.
    private static ulong Device(uint major, uint minor) =>
        ((ulong)(major & 0xFFF) << 8) | (minor & 0xFF) | ((ulong)(major & ~0xFFFu) << 32) | ((ulong)(minor & ~0xFFu) << 12);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mknod(string path, uint mode, ulong device);
}
