using System.Text;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Operator.Events;

/// <summary>
/// What is to be told of an object, as an Event beside it. The Event's name is a function of what it says about which object: the same news is
/// the same Event, whoever tells it and however often.
/// </summary>
internal sealed record News
{
    /// <summary>Who tells, as a qualified name.</summary>
    public const string Controller = "backsnap.skyb.it";

    // Bytes of UTF-8, as the API server counts them.
    private const int LongestNote = 1024;
    private const string Cut = "…";

    private static readonly InstantPattern Microseconds = InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss'.'ffffff'Z'");

    /// <summary>
    /// Something about an object; a note that is too long is cut. It is one line: what tenants wrote is repeated in it, and kubectl describe prints it as it is.
    /// </summary>
    public News(ObjectKind kind, Identity about, bool isWarning, string action, string reason, string note)
    {
        (Kind, About, IsWarning, Action, Reason, Note) = (kind, about, isWarning, action, reason, Fit(PlainText.OneLine(note)));
        Name = $"{ChildName.Fit(about.Name, DnsName.SubdomainLength - 17)}.{ChildName.Hash($"{about.Uid}|{reason}|{Note}", 16)}";
    }

    /// <summary>The object's kind.</summary>
    public ObjectKind Kind { get; }

    /// <summary>The object.</summary>
    public Identity About { get; }

    /// <summary>Whether somebody should look at it.</summary>
    public bool IsWarning { get; }

    /// <summary>What the operator did or tried, a CamelCase word.</summary>
    public string Action { get; }

    /// <summary>A stable CamelCase word.</summary>
    public string Reason { get; }

    /// <summary>A sentence for a person.</summary>
    public string Note { get; }

    /// <summary>Another object that has to do with it, such as the PVCBackup of a claim.</summary>
    public (ObjectKind Kind, Identity Id)? Related { get; init; }

    /// <summary>The Event's name.</summary>
    public string Name { get; }

    /// <summary>The Event's namespace: the object's; of what is of the whole cluster "default", as everybody's Events are.</summary>
    public string Home => About.Namespace.Value.Length == 0 ? "default" : About.Namespace.Value;

    /// <summary>An instant as the API's MicroTime.</summary>
    public static string Time(Instant at) => Microseconds.Format(at);

    /// <summary>The Event.</summary>
    /// <param name="instance">Which operator tells.</param>
    /// <param name="seen">When, and how often.</param>
    public Node Manifest(string instance, Observed seen) => Node.Object(
        Node.Set("apiVersion", "events.k8s.io/v1"),
        Node.Set("kind", "Event"),
        Node.Set("metadata", Node.Object(Node.Set("name", Name), Node.Set("namespace", Home))),
        Node.Set("eventTime", Time(seen.First)),
        Node.Set("reportingController", Controller),
        Node.Set("reportingInstance", instance),
        Node.Set("action", Action),
        Node.Set("reason", Reason),
        Node.Set("type", IsWarning ? "Warning" : "Normal"),
        Node.Set("note", Note),
        Node.Set("regarding", Reference(Kind, About)),
        Related is { } other ? Node.Set("related", Reference(other.Kind, other.Id)) : default,
        seen.Times > 1 ? Node.Set("series", Series(seen.Times, seen.Last)) : default);

    /// <summary>That it happened so often, and last then.</summary>
    public static Node Series(int count, Instant last) => Node.Object(Node.Set("count", count), Node.Set("lastObservedTime", Time(last)));

    private static Node Reference(ObjectKind kind, Identity of) => Node.Object(
        Node.Set("apiVersion", kind.ApiVersion), Node.Set("kind", kind.Kind), of.Namespace.Value.Length > 0 ? Node.Set("namespace", of.Namespace.Value) : default,
        Node.Set("name", of.Name), Node.Set("uid", of.Uid.Value), of.Version.Length > 0 ? Node.Set("resourceVersion", of.Version) : default);

    // Halves of surrogate pairs, which JSON cannot hold, are replaced on the way to UTF-8 and back.
    private static string Fit(string note)
    {
        var bytes = Encoding.UTF8.GetBytes(note);
        var whole = Encoding.UTF8.GetString(bytes);
        if (bytes.Length <= LongestNote)
        {
            return whole;
        }

        var (left, end) = (LongestNote - Encoding.UTF8.GetByteCount(Cut), 0);
        foreach (var rune in whole.EnumerateRunes())
        {
            if (rune.Utf8SequenceLength > left)
            {
                break;
            }

            left -= rune.Utf8SequenceLength;
            end += rune.Utf16SequenceLength;
        }

        return whole[..end] + Cut;
    }
}

/// <summary>News, with when it was heard first and last, and how often since it was told.</summary>
internal sealed record Observed(News News, Instant First, Instant Last, int Times)
{
    /// <summary>Heard once.</summary>
    public static Observed Once(News news, Instant at) => new(news, at, at, 1);

    /// <summary>This and later hearings of the same.</summary>
    public Observed And(Observed later) => this with { Last = Instant.Max(Last, later.Last), Times = Times + later.Times };
}
