using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Simulation.Tests.Cluster;

/// <summary>What became of an object.</summary>
internal enum ChangeKind
{
    /// <summary>It came.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It went; the object is its last state, with the version of the deletion.</summary>
    Deleted,
}

/// <summary>One change of the cluster's contents.</summary>
/// <param name="Kind">What became of the object.</param>
/// <param name="Object">Its state after the change.</param>
/// <param name="Before">Its state before; null for one that came.</param>
/// <param name="Actor">Who did it.</param>
internal sealed record Change(ChangeKind Kind, Stored Object, Stored? Before, string Actor);

/// <summary>What an API server answers to a write.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>It is stored, or (of a deletion) gone or going.</summary>
    public sealed record Ok(Stored Object) : Answer;

    /// <summary>It is refused.</summary>
    public sealed record Refused(ApiErrorKind Kind, int Code, string Message, bool NamespaceTerminating = false) : Answer;
}

/// <summary>
/// The contents of a cluster with the rules of an API server: names are unique, uids never come back, versions rise, preconditions
/// hold, what has finalizers only begins to go. Held against recorded answers of a real one in ContractTests.
/// </summary>
internal sealed class Store(IClock clock)
{
    private static readonly string[] WithGeneration = ["jobs", "pvcbackups", "pvcrestores", "pvcmaintenances", "volumesnapshots"];

    private readonly Dictionary<string, SortedDictionary<(string Namespace, string Name), Stored>> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stored> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> children = new(StringComparer.Ordinal);
    private long versions = 1000;
    private long uids;
    private long events;

    /// <summary>Hears of every change, as it is made.</summary>
    public event Action<Change>? Changed;

    /// <summary>The version of the newest change.</summary>
    public string Version => $"{versions}";

    /// <summary>The objects of a kind, by namespace and name.</summary>
    public IReadOnlyCollection<Stored> All(KubeResource kind) => Table(kind).Values;

    /// <summary>Every object there is.</summary>
    public IEnumerable<Stored> Everything => tables.OrderBy(table => table.Key, StringComparer.Ordinal).SelectMany(table => table.Value.Values);

    /// <summary>An object by name.</summary>
    public Stored? Find(KubeResource kind, string ns, string name) => Table(kind).GetValueOrDefault((kind.Namespaced ? ns : "", name));

    /// <summary>An object by uid.</summary>
    public Stored? Find(string? uid) => uid is null ? null : byUid.GetValueOrDefault(uid);

    /// <summary>The objects that name this uid as an owner.</summary>
    public IReadOnlyList<Stored> ChildrenOf(string uid) => children.TryGetValue(uid, out var found) ? [.. found.Select(child => byUid.GetValueOrDefault(child)).OfType<Stored>()] : [];

    /// <summary>Creates.</summary>
    public Answer Create(KubeResource kind, string ns, JsonObject json, string actor)
    {
        var name = json.Text("metadata", "name") ?? "";
        if (kind.Namespaced)
        {
            var home = Find(Resources.Namespaces, "", ns);
            if (home is null)
            {
                return new Answer.Refused(ApiErrorKind.NotFound, 404, $"namespaces \"{ns}\" not found");
            }

            if (home.Deleting)
            {
                return new Answer.Refused(
                    ApiErrorKind.Forbidden, 403, $"{kind.QualifiedName} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated", NamespaceTerminating: true);
            }
        }

        if (Find(kind, ns, name) is not null)
        {
            return new Answer.Refused(ApiErrorKind.AlreadyExists, 409, $"{kind.QualifiedName} \"{name}\" already exists");
        }

        var made = (JsonObject)json.DeepClone();
        var meta = made.Make("metadata");
        // Events have numbers of their own: what is told must not change the names, which hold a hash of a uid, of what is made.
        meta["uid"] = kind == Resources.EventsV1 ? $"00000000-0000-4000-8001-{++events:x12}" : $"00000000-0000-4000-8000-{++uids:x12}";
        meta["creationTimestamp"] = Now();
        if (kind.Namespaced)
        {
            meta["namespace"] = ns;
        }

        if (WithGeneration.Contains(kind.Plural))
        {
            meta["generation"] = 1;
        }

        if (kind.Plural is "persistentvolumeclaims")
        {
            meta["finalizers"] = new JsonArray("kubernetes.io/pvc-protection");
        }

        if (kind.Plural is not ("persistentvolumes" or "namespaces") && actor != Actors.Given)
        {
            made.Remove("status");
        }

        made["status"] ??= kind.Plural switch
        {
            "persistentvolumeclaims" => new JsonObject { ["phase"] = "Pending" },
            "pods" => new JsonObject { ["phase"] = "Pending" },
            "namespaces" => new JsonObject { ["phase"] = "Active" },
            _ => null,
        };
        return new Answer.Ok(Keep(ChangeKind.Added, kind, made, null, actor));
    }

    /// <summary>A merge patch, of the object or of its status. A uid or resourceVersion in it is a precondition.</summary>
    public Answer Patch(KubeResource kind, string ns, string name, JsonObject patch, bool status, string actor)
    {
        if (Find(kind, ns, name) is not { } found)
        {
            return NotFound(kind, name);
        }

        if (Unmet(found, patch.Text("metadata", "uid"), patch.Text("metadata", "resourceVersion")) is { } refused)
        {
            return refused;
        }

        return new Answer.Ok(Update(found, actor, changed =>
        {
            var part = (JsonObject)patch.DeepClone();
            part.Remove(status ? "spec" : "status");
            if (status)
            {
                part.Remove("metadata");
            }

            changed.Merge(part);
        }));
    }

    /// <summary>Changes an object as a controller does; one that is as it was keeps its version.</summary>
    public Stored Update(Stored found, string actor, Action<JsonObject> change)
    {
        var changed = (JsonObject)found.Json.DeepClone();
        change(changed);
        if (JsonNode.DeepEquals(changed, found.Json))
        {
            return found;
        }

        if (found.Json.At("metadata", "generation") is not null && !JsonNode.DeepEquals(changed["spec"], found.Json["spec"]))
        {
            changed.Make("metadata")["generation"] = found.Json.Number("metadata", "generation") + 1;
        }

        return changed.Text("metadata", "deletionTimestamp") is not null && changed.Texts("metadata", "finalizers").Count == 0 && found.Kind.Plural is not ("pods" or "namespaces")
            ? Keep(ChangeKind.Deleted, found.Kind, changed, found, actor)
            : Keep(ChangeKind.Modified, found.Kind, changed, found, actor);
    }

    /// <summary>Deletes: what has finalizers, a pod that was started, and a namespace only begin to go.</summary>
    public Answer Delete(KubeResource kind, string ns, string name, string? uid, string? version, string actor)
    {
        if (Find(kind, ns, name) is not { } found)
        {
            return NotFound(kind, name);
        }

        if (Unmet(found, uid, version) is { } refused)
        {
            return refused;
        }

        if (found.Deleting)
        {
            return new Answer.Ok(found);
        }

        var lingers = found.Json.Texts("metadata", "finalizers").Count > 0 || kind.Plural == "namespaces" || (kind.Plural == "pods" && found.Json.Text("spec", "nodeName") is not null);
        var gone = (JsonObject)found.Json.DeepClone();
        if (lingers)
        {
            gone.Make("metadata")["deletionTimestamp"] = Now();
            if (kind.Plural == "namespaces")
            {
                gone.Make("status")["phase"] = "Terminating";
            }
        }

        return new Answer.Ok(Keep(lingers ? ChangeKind.Modified : ChangeKind.Deleted, kind, gone, found, actor));
    }

    /// <summary>Takes an object away for good: what a kubelet does with a pod that ended, and the namespace controller with an empty namespace.</summary>
    public void Purge(Stored found, string actor) => Keep(ChangeKind.Deleted, found.Kind, (JsonObject)found.Json.DeepClone(), found, actor);

    private Stored Keep(ChangeKind change, KubeResource kind, JsonObject json, Stored? before, string actor)
    {
        json.Make("metadata")["resourceVersion"] = $"{++versions}";
        var after = new Stored(kind, json);
        var key = (after.Namespace, after.Name);
        if (change == ChangeKind.Deleted)
        {
            Table(kind).Remove(key);
            byUid.Remove(after.Uid);
        }
        else
        {
            Table(kind)[key] = after;
            byUid[after.Uid] = after;
        }

        foreach (var owner in after.Owners.Select(owner => owner.Text("uid") ?? ""))
        {
            var siblings = children.TryGetValue(owner, out var known) ? known : children[owner] = [];
            if (change == ChangeKind.Deleted)
            {
                siblings.Remove(after.Uid);
                if (siblings.Count == 0)
                {
                    children.Remove(owner);
                }
            }
            else if (change == ChangeKind.Added)
            {
                siblings.Add(after.Uid);
            }
        }

        Changed?.Invoke(new Change(change, after, before, actor));
        return after;
    }

    private static Answer.Refused? Unmet(Stored found, string? uid, string? version) =>
        uid is not null && uid != found.Uid
            ? new Answer.Refused(ApiErrorKind.Conflict, 409, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {found.Uid}")
            : version is not null && version != found.Version
                ? new Answer.Refused(ApiErrorKind.Conflict, 409, $"Operation cannot be fulfilled on {found.Kind.QualifiedName} \"{found.Name}\": the object has been modified; please apply your changes to the latest version and try again")
                : null;

    private static Answer.Refused NotFound(KubeResource kind, string name) => new(ApiErrorKind.NotFound, 404, $"{kind.QualifiedName} \"{name}\" not found");

    private SortedDictionary<(string Namespace, string Name), Stored> Table(KubeResource kind) =>
        tables.TryGetValue(kind.QualifiedName, out var found) ? found : tables[kind.QualifiedName] = new(Order);

    // Whole seconds, as metav1.Time is written.
    private string Now() => InstantPattern.General.Format(clock.GetCurrentInstant());

    private static readonly Comparer<(string Namespace, string Name)> Order = Comparer<(string Namespace, string Name)>.Create((a, b) =>
        string.CompareOrdinal(a.Namespace, b.Namespace) is var first && first != 0 ? first : string.CompareOrdinal(a.Name, b.Name));
}

/// <summary>Who writes to the cluster, beside operators.</summary>
internal static class Actors
{
    /// <summary>Nobody: it was there when the story begins.</summary>
    public const string Given = "given";

    /// <summary>A person, or their tools.</summary>
    public const string User = "user";

    /// <summary>The garbage collector.</summary>
    public const string Collector = "garbage-collector";
}
