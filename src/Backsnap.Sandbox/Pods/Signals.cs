using System.Globalization;
using System.Runtime.InteropServices;

namespace Backsnap.Sandbox.Pods;

/// <summary>Sends signals: .NET itself can only kill.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends <paramref name="signal"/> to a process, or with a negative <paramref name="process"/> to its whole group.</summary>
    public static void Send(int process, int signal) => _ = NativeKill(process, signal);

    /// <summary>The only child of a process, which for <c>unshare --fork</c> is the first process of the new PID namespace.</summary>
    public static int? ChildOf(int process)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{process}/task/{process}/children");
            return children.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..]
                ? int.Parse(first, CultureInfo.InvariantCulture)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
