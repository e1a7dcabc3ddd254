namespace Backsnap.Host.Operator.Events;

/// <summary>What became of something that was to be told, in the words of the metric.</summary>
internal static class EventResult
{
    /// <summary>An Event was written.</summary>
    public const string Sent = "sent";

    /// <summary>That it happened again was written into its Event.</summary>
    public const string Repeated = "repeated";

    /// <summary>Somebody told it before: another operator, or this one before it was started anew.</summary>
    public const string Known = "known";

    /// <summary>The API server refused it, or did not answer for long.</summary>
    public const string Failed = "failed";

    /// <summary>Too much waited, or the operator ended or lost the lead.</summary>
    public const string Dropped = "dropped";

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> All { get; } = [Sent, Repeated, Known, Failed, Dropped];
}
