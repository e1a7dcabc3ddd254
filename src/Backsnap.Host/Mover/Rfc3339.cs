using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Mover;

/// <summary>Instants as RFC 3339 writes them, with any offset and up to nine fractional digits.</summary>
internal static class Rfc3339
{
    public static Instant? Read(string? text) =>
        text is not null && OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } parsed ? parsed.Value.ToInstant() : null;

    public static string Write(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}
