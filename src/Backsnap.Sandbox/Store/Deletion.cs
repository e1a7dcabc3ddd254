using System.Globalization;
using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>What a request to delete comes to.</summary>
internal abstract record Deletion
{
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const long DefaultPodGraceSeconds = 30;

    private Deletion() { }

    public sealed record Refuse(ApiError Error) : Deletion;
    public sealed record Keep : Deletion;
    public sealed record Mark(JsonObject Object) : Deletion;
    public sealed record Remove : Deletion;

    /// <summary>Whether nothing holds the object back any more: it was marked, its grace is over, and it has no finalizers.</summary>
    public static bool IsFinished(ResourceType type, JsonObject obj) =>
        obj.IsTerminating()
        && obj.Number("metadata", "deletionGracePeriodSeconds") is null or 0
        && obj.Items("metadata", "finalizers").Count == 0
        && (type != ResourceTypes.Namespaces || obj.Items("spec", "finalizers").Count == 0);

    /// <summary>The decision for one object, by the rules of the API server.</summary>
    public static Deletion Decide(ResourceType type, StoredObject stored, DeleteOptions options, DateTimeOffset now)
    {
        if (options.Uid is { } uid && uid != stored.Uid)
        {
            return new Refuse(ApiError.DeleteOtherUid(type, stored.Name, uid, stored.Uid));
        }

        var actual = stored.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        if (options.ResourceVersion is { } wanted && wanted != actual)
        {
            return new Refuse(ApiError.DeleteOtherVersion(type, stored.Name, wanted, actual));
        }

        return type == ResourceTypes.Namespaces ? DecideNamespace(stored, now) : DecideObject(type, stored, options, now);
    }

    private static Deletion DecideNamespace(StoredObject stored, DateTimeOffset now)
    {
        var obj = stored.Copy();
        if (obj.IsTerminating())
        {
            return IsFinished(stored.Type, obj) ? new Remove() : new Keep();
        }

        obj.Set(ObjectFields.Timestamp(now), "metadata", "deletionTimestamp");
        obj.Set("Terminating", "status", "phase");
        return IsFinished(stored.Type, obj) ? new Remove() : new Mark(obj);
    }

    private static Deletion DecideObject(ResourceType type, StoredObject stored, DeleteOptions options, DateTimeOffset now)
    {
        var obj = stored.Copy();
        var grace = type == ResourceTypes.Pods ? PodGrace(obj, options) : 0;
        SetDependentsFinalizer(type, obj, options);
        var held = obj.Items("metadata", "finalizers").Count > 0;
        if (grace == 0 && !held)
        {
            return new Remove();
        }

        if (!obj.IsTerminating())
        {
            obj.Set(ObjectFields.Timestamp(now.AddSeconds(grace)), "metadata", "deletionTimestamp");
            obj.Set(grace, "metadata", "deletionGracePeriodSeconds");
            if (type.HasGeneration)
            {
                obj.Set((obj.Number("metadata", "generation") ?? 0) + 1, "metadata", "generation");
            }
        }
        else if (grace < (obj.Number("metadata", "deletionGracePeriodSeconds") ?? 0))
        {
            obj.Set(ObjectFields.Timestamp(now.AddSeconds(grace)), "metadata", "deletionTimestamp");
            obj.Set(grace, "metadata", "deletionGracePeriodSeconds");
        }

        return JsonNode.DeepEquals(obj, JsonObject.Create(stored.Json)) ? new Keep() : new Mark(obj);
    }

    /// <summary>A pod that no node has taken, or that has ended, needs no time to stop.</summary>
    private static long PodGrace(JsonObject pod, DeleteOptions options) =>
        string.IsNullOrEmpty(pod.Text("spec", "nodeName")) || pod.Text("status", "phase") is "Succeeded" or "Failed"
            ? 0
            : options.GracePeriodSeconds
                ?? (pod.IsTerminating() ? pod.Number("metadata", "deletionGracePeriodSeconds") : null)
                ?? pod.Number("spec", "terminationGracePeriodSeconds")
                ?? DefaultPodGraceSeconds;

    private static void SetDependentsFinalizer(ResourceType type, JsonObject obj, DeleteOptions options)
    {
        var finalizers = obj.Texts("metadata", "finalizers");
        var propagation = options.Propagation ?? (
            finalizers.Contains(OrphanFinalizer) ? Propagation.Orphan
            : finalizers.Contains(ForegroundFinalizer) ? Propagation.Foreground
            : type == ResourceTypes.Jobs ? Propagation.Orphan
            : Propagation.Background);
        var added = propagation switch
        {
            Propagation.Orphan => OrphanFinalizer,
            Propagation.Foreground => ForegroundFinalizer,
            Propagation.Background => null,
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };
        var kept = finalizers.Where(finalizer => finalizer is not (OrphanFinalizer or ForegroundFinalizer));
        string[] all = added is null ? [.. kept] : [.. kept, added];
        if (all.Length == 0)
        {
            obj.Unset("metadata", "finalizers");
        }
        else if (!all.SequenceEqual(finalizers))
        {
            obj.Set(new JsonArray([.. all.Select(JsonNode (finalizer) => finalizer)]), "metadata", "finalizers");
        }
    }
}
