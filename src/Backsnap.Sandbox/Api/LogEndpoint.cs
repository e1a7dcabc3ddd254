using System.Globalization;
using System.Text;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>GET of a pod's log: whole, its tail, since a time, with timestamps, and as it grows.</summary>
internal sealed class LogEndpoint(ObjectStore store, IPodLogs logs, TimeProvider clock, CancellationToken stopping)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task AnswerAsync(HttpContext http, Target target)
    {
        if (store.Get(ResourceTypes.Pods, target.Space, target.Name!) is not { } pod)
        {
            await Reply.ErrorAsync(http, ApiError.NotFound(ResourceTypes.Pods, target.Name!));
            return;
        }

        var containers = pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers")).Select(container => container.Text("name") ?? "").ToArray();
        var container = Query.Text(http.Request, "container") is { Length: > 0 } named ? named : containers.FirstOrDefault() ?? "";
        if (!containers.Contains(container))
        {
            await Reply.ErrorAsync(http, ApiError.BadRequest($"container {container} is not valid for pod {target.Name}"));
            return;
        }

        if (Query.Flag(http.Request, "previous"))
        {
            await Reply.ErrorAsync(http, ApiError.BadRequest($"previous terminated container \"{container}\" in pod \"{target.Name}\" not found"));
            return;
        }

        if (logs.TryOpen(target.Space, target.Name!, container) is not { } log)
        {
            var waiting = pod.Items("status", "containerStatuses").FirstOrDefault(status => status.Text("name") == container).Text("state", "waiting", "reason");
            await Reply.ErrorAsync(http, ApiError.BadRequest(
                $"container \"{container}\" in pod \"{target.Name}\" is waiting to start: {waiting ?? "ContainerCreating"}"));
            return;
        }

        await CopyAsync(http, log);
    }

    private async Task CopyAsync(HttpContext http, PodLog log)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        http.Response.ContentType = "text/plain";
        await http.Response.StartAsync(ending.Token);
        var follow = Query.Flag(http.Request, "follow");
        var timestamps = Query.Flag(http.Request, "timestamps");
        using var reader = new StreamReader(new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
        var complete = log.IsComplete();
        await SendAsync(http, Chosen(http.Request, Lines(reader, new StringBuilder(), last: true)), timestamps);
        var partial = new StringBuilder();
        while (follow && !complete)
        {
            // Read once more after the end: the last lines may have come between reading and asking.
            complete = log.IsComplete();
            await SendAsync(http, Lines(reader, partial, complete), timestamps);
            if (!complete)
            {
                await Task.Delay(Pause, clock, ending.Token);
            }
        }
    }

    private IEnumerable<string> Chosen(HttpRequest request, IReadOnlyList<string> lines)
    {
        var since = Query.Number(request, "sinceSeconds") is { } seconds ? clock.GetUtcNow().AddSeconds(-seconds)
            : DateTimeOffset.TryParse(Query.Text(request, "sinceTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : DateTimeOffset.MinValue;
        var recent = since == DateTimeOffset.MinValue ? lines : [.. lines.Where(line => TimeOf(line) >= since)];
        return Query.Number(request, "tailLines") is { } tail ? recent.TakeLast((int)Math.Min(tail, int.MaxValue)) : recent;
    }

    /// <summary>The whole lines that there are now; what comes after the last line's end waits in <paramref name="partial"/>.</summary>
    private static IReadOnlyList<string> Lines(StreamReader reader, StringBuilder partial, bool last)
    {
        var text = partial.Append(reader.ReadToEnd()).ToString();
        var end = last ? text.Length : text.LastIndexOf('\n') + 1;
        partial.Clear().Append(text.AsSpan(end));
        return text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task SendAsync(HttpContext http, IEnumerable<string> lines, bool timestamps)
    {
        var any = false;
        foreach (var line in lines)
        {
            any = true;
            var (time, text) = Split(line);
            await http.Response.WriteAsync(timestamps ? $"{time} {text}\n" : text + "\n", http.RequestAborted);
        }

        if (any)
        {
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static (string Time, string Text) Split(string line) =>
        line.Split(' ', 3) switch
        {
            [var time, _, var text] => (time, text),
            [var time, _] => (time, ""),
            _ => ("", line),
        };

    private static DateTimeOffset TimeOf(string line) =>
        DateTimeOffset.TryParse(Split(line).Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;
}
