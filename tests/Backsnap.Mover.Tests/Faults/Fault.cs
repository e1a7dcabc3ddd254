namespace Backsnap.Mover.Tests.Faults;

/// <summary>What the proxy does with one request.</summary>
internal abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>It passes.</summary>
    public sealed record None : Fault;

    /// <summary>It is answered with an error; the store does not hear of it.</summary>
    public sealed record Refuse(int Status, string Body = "", string ContentType = "text/plain") : Fault;

    /// <summary>It passes after a while.</summary>
    public sealed record Delay(TimeSpan Time) : Fault;

    /// <summary>It passes as soon as this is done.</summary>
    public sealed record Hold(Task Until) : Fault;

    /// <summary>It passes, both ways no faster than this.</summary>
    public sealed record Slow(int BytesPerSecond) : Fault;

    /// <summary>The connection ends at once, without an answer.</summary>
    public sealed record Reset : Fault;

    /// <summary>Nothing happens, for ever.</summary>
    public sealed record Hang : Fault;

    /// <summary>The connection ends when so much of the answer's body was sent.</summary>
    public sealed record CutDownload(long Bytes) : Fault;

    /// <summary>The connection ends when so much of the request's body was read; the store gets no part of it.</summary>
    public sealed record CutUpload(long Bytes) : Fault;

    /// <summary>An error as S3 writes it.</summary>
    public static Fault S3(int status, string code, string message) => new Refuse(
        status,
        $"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message><Resource>/</Resource><RequestId>1</RequestId></Error>""",
        "application/xml");
}

/// <summary>What a rule sees of a request.</summary>
/// <param name="Number">Counted from 1 since the proxy was started.</param>
internal sealed record Asked(int Number, string Method, string Path)
{
    /// <summary>Its headers by name; null for one that it has not.</summary>
    public Func<string, string?> Header { get; init; } = static _ => null;

    /// <summary>Whether it writes one of the repository's packs of data.</summary>
    public bool StoresData => Method is "PUT" or "POST" && Path.Contains("/data/", StringComparison.Ordinal);
}
