using System.Diagnostics;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>Waits for conditions, never for times: as long as patience lasts, looking often.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until it is true, or fails with what the test then has to say.</summary>
    public static async Task True(Func<Task<bool>> condition, Func<string> complaint)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > E2ESettings.Patience)
            {
                Assert.Fail($"after {watch.Elapsed.TotalSeconds:0} s: {complaint()}");
            }

            await Task.Delay(Between);
        }
    }
}
