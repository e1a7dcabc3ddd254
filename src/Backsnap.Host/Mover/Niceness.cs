using System.Globalization;
using System.Runtime.InteropServices;

namespace Backsnap.Host.Mover;

/// <summary>How far a process stands back for others: 0 (not at all) to 19, on the CPU and, in the kernel's measure, on the disk.</summary>
internal sealed record Niceness(int Level)
{
    private const int ThisThread = 0;

    /// <summary>Not at all.</summary>
    public static readonly Niceness None = new(0);

    /// <summary>Reads a level; null when the text is none.</summary>
    public static Niceness? Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level <= 19 ? new Niceness(level) : null;

    /// <summary>
    /// Runs <paramref name="start"/>, which starts a process, so that the process is nice and we stay as we are. Linux keeps niceness by
    /// thread, and a child gets that of the thread that started it; one that was once raised cannot be lowered again without rights.
    /// Unless it is set apart, the kernel derives the priority of disk access from it.
    /// </summary>
    public void Start(Action start)
    {
        if (Level == 0)
        {
            start();
            return;
        }

        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                _ = SetPriority(ThisThread, ThisThread, Level);
                start();
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    [DllImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
