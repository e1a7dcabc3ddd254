using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Backsnap.Host.Tree;

/// <summary>What a file system knows of one entry, itself and not what it links to.</summary>
/// <param name="Mode">Kind and permissions as <c>st_mode</c> has them.</param>
/// <param name="Inode">Device and inode: the same for two names of one file.</param>
/// <param name="Device">Major and minor number of a device node.</param>
internal sealed record FileStatus(
    int Mode,
    uint Uid,
    uint Gid,
    long Size,
    long Links,
    long MtimeSeconds,
    uint MtimeNanoseconds,
    (uint Major, uint Minor, ulong Number) Inode,
    (uint Major, uint Minor) Device);

/// <summary>
/// The calls of Linux that .NET has no words for: nanosecond times of links, owners, FIFOs, hard links, extended attributes.
/// <c>statx</c> rather than <c>lstat</c>, because its structure is the same on every architecture.
/// </summary>
internal static class Posix
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int StatxSize = 256;

    public const int KindMask = 0xF000;
    public const int Fifo = 0x1000;
    public const int CharacterDevice = 0x2000;
    public const int Directory = 0x4000;
    public const int BlockDevice = 0x6000;
    public const int RegularFile = 0x8000;
    public const int SymbolicLink = 0xA000;
    public const int Socket = 0xC000;

    /// <exception cref="IOException">The entry cannot be looked at.</exception>
    public static FileStatus Status(string path)
    {
        var raw = new byte[StatxSize];
        Check(Statx(CurrentDirectory, path, NoFollow, BasicStats, raw), path, "look at");
        return new FileStatus(
            Mode: Read16(raw, 28),
            Uid: Read32(raw, 20),
            Gid: Read32(raw, 24),
            Size: (long)Read64(raw, 40),
            Links: Read32(raw, 16),
            MtimeSeconds: (long)Read64(raw, 112),
            MtimeNanoseconds: Read32(raw, 120),
            Inode: (Read32(raw, 136), Read32(raw, 140), Read64(raw, 32)),
            Device: (Read32(raw, 128), Read32(raw, 132)));
    }

    public static void SetTime(string path, long seconds, uint nanoseconds) =>
        Check(Utimensat(CurrentDirectory, path, [seconds, nanoseconds, seconds, nanoseconds], NoFollow), path, "set the time of");

    public static void SetMode(string path, int mode) => Check(Chmod(path, (uint)mode), path, "set the mode of");

    public static void MakeFifo(string path, int mode) => Check(Mkfifo(path, (uint)mode), path, "make");

    public static void HardLink(string existing, string path) => Check(Link(existing, path), path, "link");

    /// <summary>Whether it could be done: only root may give files away, and only to users that its namespace has.</summary>
    public static bool TrySetOwner(string path, uint uid, uint gid) => Lchown(path, uid, gid) == 0;

    /// <summary>Whether it could be done: not every file system has attributes.</summary>
    public static bool TrySetAttribute(string path, string name, byte[] value) => Lsetxattr(path, name, value, (nuint)value.Length, 0) == 0;

    /// <summary>The names and values of an entry's extended attributes; none where the file system has none.</summary>
    public static IReadOnlyList<(string Name, byte[] Value)> Attributes(string path)
    {
        var size = Llistxattr(path, null, 0);
        if (size <= 0)
            return [];
        var names = new byte[size];
        size = Llistxattr(path, names, (nuint)names.Length);
        var split = size <= 0 ? [] : Encoding.UTF8.GetString(names, 0, (int)size).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return [.. split.Select(name => (name, Attribute(path, name)))];
    }

    private static byte[] Attribute(string path, string name)
    {
        var size = Lgetxattr(path, name, null, 0);
        var value = new byte[Math.Max(0, size)];
        return size > 0 && Lgetxattr(path, name, value, (nuint)value.Length) == size ? value : [];
    }

    private static ushort Read16(byte[] raw, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(raw.AsSpan(at)) : BinaryPrimitives.ReadUInt16BigEndian(raw.AsSpan(at));

    private static uint Read32(byte[] raw, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at)) : BinaryPrimitives.ReadUInt32BigEndian(raw.AsSpan(at));

    private static ulong Read64(byte[] raw, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(raw.AsSpan(at)) : BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(at));

    private static void Check(int result, string path, string action)
    {
        if (result != 0)
            throw new IOException($"cannot {action} '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Utimensat(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, long[] times, int flags);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Chmod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Mkfifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint uid, uint gid);

    [DllImport("libc", EntryPoint = "lsetxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lsetxattr(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[] value, nuint size, int flags);

    [DllImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Llistxattr([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[]? names, nuint size);

    [DllImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Lgetxattr(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, byte[]? value, nuint size);
}
