using System.Globalization;
using System.Text.Json;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>Watches: a stream of events, one JSON document a line.</summary>
internal sealed class Watching(ObjectStore store, SandboxOptions options, CancellationToken stopping)
{
    /// <summary>Between this and its double a watch without a timeout of its own lasts, as on a real server.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(30);

    public async Task AnswerAsync(HttpContext http, Target target)
    {
        if (Representation.Of(http.Request) is not { } form)
        {
            await Reply.ErrorAsync(http, Representation.NotAcceptable());
            return;
        }

        var (selection, wrong) = Selection.Parse(target.Type, Query.Text(http.Request, "labelSelector"), Query.Text(http.Request, "fieldSelector"));
        if (wrong is not null)
        {
            await Reply.ErrorAsync(http, wrong);
            return;
        }

        var initial = Query.Flag(http.Request, "sendInitialEvents");
        var since = Query.Number(http.Request, "resourceVersion");
        var subscribed = store.Subscribe(target.Type, target.Namespace, initial || since is null or 0 ? null : since);
        var stream = new WatchStream(http, target, form, store.Clock);
        http.Response.ContentType = Reply.Json;
        await http.Response.StartAsync(http.RequestAborted);
        switch (subscribed)
        {
            case Subscribed.Expired expired:
                stream.Error(expired.Error);
                await stream.FlushAsync(http.RequestAborted);
                return;
            case Subscribed.To to:
                using (to.Subscription)
                {
                    await PumpAsync(http, to.Subscription, selection, stream, initial);
                }

                return;
            default:
                throw new InvalidOperationException($"unknown answer {subscribed}");
        }
    }

    private async Task PumpAsync(HttpContext http, Subscription subscription, Selection selection, WatchStream stream, bool initial)
    {
        var bookmarks = Query.Flag(http.Request, "allowWatchBookmarks");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        ending.CancelAfter(Query.Number(http.Request, "timeoutSeconds") is { } seconds and > 0
            ? TimeSpan.FromSeconds(seconds)
            : ShortestWatch * (1 + Random.Shared.NextDouble()));
        if (initial)
        {
            subscription.AskBookmark();
        }

        using var timer = bookmarks ? new Timer(_ => subscription.AskBookmark(), null, options.BookmarkInterval, options.BookmarkInterval) : null;
        await stream.FlushAsync(http.RequestAborted);
        try
        {
            while (await subscription.Events.WaitToReadAsync(ending.Token))
            {
                while (subscription.Events.TryRead(out var news))
                {
                    initial = Tell(news, selection, stream, initial, bookmarks);
                }

                await stream.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Its time is over, or the server stops: the stream ends in good order.
        }
    }

    /// <summary>Tells one piece of news to a watcher who sees the selection only, and whether its initial list still runs after that.</summary>
    private static bool Tell(StoreEvent news, Selection selection, WatchStream stream, bool initial, bool bookmarks)
    {
        switch (news)
        {
            case StoreEvent.Added added when selection.Matches(added.Stored):
                stream.Object("ADDED", added.Stored);
                break;
            case StoreEvent.Modified modified:
                TellModified(modified, selection, stream);
                break;
            case StoreEvent.Deleted deleted when selection.Matches(deleted.Stored) || selection.Matches(deleted.Previous):
                stream.Object("DELETED", deleted.Stored);
                break;
            case StoreEvent.Bookmark bookmark when initial:
                stream.Bookmark(bookmark.ResourceVersion, initialEnd: true);
                return false;
            case StoreEvent.Bookmark bookmark when bookmarks:
                stream.Bookmark(bookmark.ResourceVersion, initialEnd: false);
                break;
            default:
                break;
        }

        return initial;
    }

    private static void TellModified(StoreEvent.Modified modified, Selection selection, WatchStream stream)
    {
        switch (selection.Matches(modified.Previous), selection.Matches(modified.Stored))
        {
            case (true, true):
                stream.Object("MODIFIED", modified.Stored);
                break;
            case (false, true):
                stream.Object("ADDED", modified.Stored);
                break;
            case (true, false):
                stream.Object("DELETED", LastSeen(modified));
                break;
            case (false, false):
                break;
        }
    }

    /// <summary>Who sees a selection sees an object leave as it was last, under the version of the change.</summary>
    private static StoredObject LastSeen(StoreEvent.Modified modified)
    {
        var last = modified.Previous.Copy();
        last.Set(modified.Stored.ResourceVersion.ToString(CultureInfo.InvariantCulture), "metadata", "resourceVersion");
        return new StoredObject(modified.Previous.Type, last, modified.Stored.ResourceVersion);
    }
}

/// <summary>Writing the events of one watch.</summary>
internal sealed class WatchStream(HttpContext http, Target target, Representation form, TimeProvider clock)
{
    private bool columnsSent;

    public void Object(string type, StoredObject stored) => Write(type, writer =>
    {
        switch (form)
        {
            case Representation.Whole:
                Forms.WriteWhole(writer, stored, target.EventsView);
                break;
            case Representation.Metadata:
                Forms.WriteMetadata(writer, stored);
                break;
            case Representation.Table table:
                WriteTable(writer, table, [stored], stored.ResourceVersion, initialEnd: false);
                break;
            default:
                throw new InvalidOperationException($"unknown form {form}");
        }
    });

    public void Bookmark(long resourceVersion, bool initialEnd) => Write("BOOKMARK", writer =>
    {
        if (form is Representation.Table table)
        {
            WriteTable(writer, table, [], resourceVersion, initialEnd);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("kind", form is Representation.Metadata ? "PartialObjectMetadata" : target.Type.Kind);
        writer.WriteString("apiVersion", form is Representation.Metadata ? "meta.k8s.io/v1" : target.EventsView ? EventView.ApiVersion : target.Type.ApiVersion);
        writer.WritePropertyName("metadata");
        WriteMetadata(writer, resourceVersion, initialEnd);
        writer.WriteEndObject();
    });

    public void Error(ApiError error) => Write("ERROR", writer => error.ToStatus().WriteTo(writer, Wire.Plain));

    public async Task FlushAsync(CancellationToken ct) => await http.Response.BodyWriter.FlushAsync(ct);

    private void WriteTable(Utf8JsonWriter writer, Representation.Table table, IReadOnlyList<StoredObject> items, long resourceVersion, bool initialEnd)
    {
        Forms.WriteTable(writer, target, table, items, clock.GetUtcNow(), metadata => WriteMetadata(metadata, resourceVersion, initialEnd), columns: !columnsSent);
        columnsSent = true;
    }

    private void Write(string type, Action<Utf8JsonWriter> writeObject)
    {
        using (var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.Writer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("object");
            writeObject(writer);
            writer.WriteEndObject();
        }

        http.Response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
        http.Response.BodyWriter.Advance(1);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, long resourceVersion, bool initialEnd)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceVersion", resourceVersion.ToString(CultureInfo.InvariantCulture));
        if (initialEnd)
        {
            writer.WriteStartObject("annotations");
            writer.WriteString("k8s.io/initial-events-end", "true");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
