using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Volumes;

/// <summary>
/// Misbehaviour that a test asks of the driver, as <c>parameters</c> of a StorageClass or VolumeSnapshotClass:
/// <list type="bullet">
/// <item><c>sandbox.backsnap.skyb.it/delay</c>: seconds to wait before the work is done (a decimal number);</item>
/// <item><c>sandbox.backsnap.skyb.it/fail</c>: the words with which every attempt fails;</item>
/// <item><c>sandbox.backsnap.skyb.it/never-ready</c>: <c>true</c> for work that begins and does not end.</item>
/// </list>
/// </summary>
internal sealed record DriverFaults(TimeSpan Delay, string? Failure, bool NeverReady)
{
    private const string Prefix = "sandbox.backsnap.skyb.it/";

    /// <summary>The faults that a class asks for; none without a class.</summary>
    public static DriverFaults Of(JsonObject? withParameters) => new(
        double.TryParse(withParameters.Text("parameters", Prefix + "delay"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero,
        withParameters.Text("parameters", Prefix + "fail"),
        withParameters.Text("parameters", Prefix + "never-ready") == "true");

    /// <summary>Waits as asked, and fails as asked.</summary>
    /// <exception cref="VolumeException">The class asks for a failure.</exception>
    public async Task SufferAsync(TimeProvider time, CancellationToken cancel)
    {
        if (Delay > TimeSpan.Zero) await Task.Delay(Delay, time, cancel).ConfigureAwait(false);
        if (Failure is not null) throw new VolumeException(Failure);
    }
}
