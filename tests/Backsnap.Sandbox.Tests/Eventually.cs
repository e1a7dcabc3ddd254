using System.Diagnostics;

namespace Backsnap.Sandbox.Tests;

/// <summary>Waits for a condition, with a deadline that only a failure reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Deadline, otherwise());
            await Task.Delay(10);
        }
    }
}
