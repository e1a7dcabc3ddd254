using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Kubernetes;
using Microsoft.Extensions.Logging;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Operator;

/// <summary>
/// Tells people about an object by Events on it. An Event's name is a function of what it says about which object, so that the
/// same news is not told twice, by whichever operator. Failing to tell is logged and counted, and harms nothing.
/// </summary>
internal sealed class Announcer(IKubernetesApi api, string identity, IClock clock, Figures figures, ILogger<Announcer> log)
{
    private const int LongestMessage = 1024;

    /// <summary>Says something about an object.</summary>
    public async Task Say(ObjectKind kind, Identity of, bool isWarning, string reason, string message, CancellationToken cancel)
    {
        var now = InstantPattern.General.Format(clock.GetCurrentInstant());
        var text = message.Length <= LongestMessage ? message : message[..(char.IsHighSurrogate(message[LongestMessage - 2]) ? LongestMessage - 2 : LongestMessage - 1)] + "…";
        // Events about what is of the whole cluster stand in "default", as everybody's do.
        var home = of.Namespace.Value.Length == 0 ? "default" : of.Namespace.Value;
        var body = Node.Object(
            Node.Set("apiVersion", "v1"),
            Node.Set("kind", "Event"),
            Node.Set("metadata", Node.Object(
                Node.Set("name", $"{ChildName.Fit(of.Name, DnsName.SubdomainLength - 17)}.{ChildName.Hash($"{of.Uid}|{reason}|{text}", 16)}"),
                Node.Set("namespace", home))),
            Node.Set("involvedObject", Node.Object(
                Node.Set("apiVersion", kind.ApiVersion), Node.Set("kind", kind.Kind), Node.Set("namespace", of.Namespace.Value),
                Node.Set("name", of.Name), Node.Set("uid", of.Uid.Value), Node.Set("resourceVersion", of.Version))),
            Node.Set("type", isWarning ? "Warning" : "Normal"),
            Node.Set("reason", reason),
            Node.Set("message", text),
            Node.Set("count", 1),
            Node.Set("firstTimestamp", now),
            Node.Set("lastTimestamp", now),
            Node.Set("source", Node.Object(Node.Set("component", "backsnap"))),
            Node.Set("reportingComponent", "backsnap.skyb.it/operator"),
            Node.Set("reportingInstance", identity));
        var answer = await api.CreateAsync(Resources.Events, home, ManifestJson.Bytes(body), cancel);
        figures.Told(answer.IsOk ? "sent" : answer.ErrorOrNull?.Kind is ApiErrorKind.AlreadyExists ? "known" : "failed");
        if (answer is ApiResult<Event>.Failed { Error: { Kind: not ApiErrorKind.AlreadyExists } error })
        {
            log.LogWarning("Event {Reason} on {Kind} {Namespace}/{Name} could not be written: {Why}", reason, kind, of.Namespace, of.Name, error.Explain());
        }
    }
}
