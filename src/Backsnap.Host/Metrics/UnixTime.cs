using NodaTime;

namespace Backsnap.Host.Metrics;

/// <summary>Instants as Prometheus counts them.</summary>
internal static class UnixTime
{
    /// <summary>Seconds since 1970, with thousandths.</summary>
    public static double Seconds(Instant instant) => instant.ToUnixTimeMilliseconds() / 1000.0;
}
