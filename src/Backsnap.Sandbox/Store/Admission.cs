using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;

namespace Backsnap.Sandbox.Store;

/// <summary>
/// What the API does to an object before it stores it: metadata, defaults, what a subresource may not touch, and the checks.
/// Guarded by the store's lock.
/// </summary>
internal sealed class Admission(ObjectTables tables, TimeProvider clock)
{
    private const int LongestGeneratedBase = 58;
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Completes a new object in place, or says why it is refused.</summary>
    public ApiError? PrepareCreate(ResourceType type, JsonObject obj)
    {
        var metadata = MetadataOf(obj);
        if (!string.IsNullOrEmpty(metadata.Text("resourceVersion")))
        {
            return ApiError.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (metadata.Text("name") is null or "" && metadata.Text("generateName") is { Length: > 0 } start)
        {
            metadata["name"] = GenerateName(start);
        }

        var name = obj.NameOf();
        if (RefuseNamespace(type, obj, name) is { } refusal)
        {
            return refusal;
        }

        obj["apiVersion"] = type.ApiVersion;
        obj["kind"] = type.Kind;
        foreach (var field in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"])
        {
            metadata.Remove(field);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = ObjectFields.Timestamp(clock.GetUtcNow());
        metadata.Remove("generation");
        if (type.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        DropEmptyCollections(metadata);
        if (type.HasStatus && type != ResourceTypes.Nodes)
        {
            obj.Remove("status");
        }

        type.Schema?.Prune(obj);
        KindRules.SetDefaults(type, obj, tables);
        type.Schema?.SetDefaults(obj);
        return Verdict(type, name, [.. MetadataRules.Check(type, obj), .. KindRules.Check(type, obj), .. type.Schema?.Check(obj) ?? []]);
    }

    /// <summary>Completes the new form of an object in place, or says why it is refused.</summary>
    public ApiError? PrepareUpdate(ResourceType type, JsonObject obj, StoredObject stored, UpdateScope scope)
    {
        var old = stored.Copy();
        var metadata = MetadataOf(obj);
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != stored.Uid)
        {
            return ApiError.OtherUid(type, stored.Name, uid, stored.Uid);
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 } version && version != old.Text("metadata", "resourceVersion"))
        {
            return ApiError.Modified(type, stored.Name);
        }

        RestrictTo(scope, type, obj, old);
        metadata = MetadataOf(obj);
        obj["apiVersion"] = type.ApiVersion;
        obj["kind"] = type.Kind;
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            Carry(old.Child("metadata")!, metadata, field);
        }

        DropEmptyCollections(metadata);
        type.Schema?.Prune(obj);
        KindRules.SetDefaults(type, obj, tables);
        type.Schema?.SetDefaults(obj);
        if (type.HasGeneration && !SameDesire(type, obj, old))
        {
            metadata["generation"] = (old.Number("metadata", "generation") ?? 0) + 1;
        }

        return Verdict(
            type,
            stored.Name,
            [.. MetadataRules.Check(type, obj), .. KindRules.Check(type, obj), .. KindRules.CheckChange(type, obj, old), .. type.Schema?.Check(obj) ?? []]);
    }

    private static ApiError? Verdict(ResourceType type, string name, IReadOnlyList<FieldError> errors) =>
        errors.Count == 0 ? null : ApiError.Invalid(type, name, errors);

    private ApiError? RefuseNamespace(ResourceType type, JsonObject obj, string name)
    {
        if (!type.Namespaced)
        {
            obj.Child("metadata")?.Remove("namespace");
            return null;
        }

        var ns = obj.NamespaceOf();
        return tables.Find(ResourceTypes.Namespaces, "", ns) is not { } space ? ApiError.NotFound(ResourceTypes.Namespaces, ns)
            : space.Copy().IsTerminating() ? ApiError.NamespaceTerminating(type, name, ns)
            : null;
    }

    private static void RestrictTo(UpdateScope scope, ResourceType type, JsonObject obj, JsonObject old)
    {
        switch (scope)
        {
            case UpdateScope.Whole:
                return;
            case UpdateScope.Spec:
                if (type.HasStatus)
                {
                    Carry(old, obj, "status");
                }

                return;
            case UpdateScope.Status:
                var managedFields = obj.At("metadata", "managedFields")?.DeepClone();
                foreach (var (field, _) in obj.ToArray())
                {
                    if (field != "status")
                    {
                        obj.Remove(field);
                    }
                }

                foreach (var (field, _) in old.ToArray())
                {
                    if (field != "status")
                    {
                        Carry(old, obj, field);
                    }
                }

                if (managedFields is not null)
                {
                    obj.Set(managedFields, "metadata", "managedFields");
                }

                return;
            default:
                throw new ArgumentOutOfRangeException(nameof(scope));
        }
    }

    /// <summary>The generation counts what somebody wants: for custom kinds everything but metadata and status, for built-in ones the spec.</summary>
    private static bool SameDesire(ResourceType type, JsonObject obj, JsonObject old) =>
        type.IsCustom
            ? obj.Select(field => field.Key).Union(old.Select(field => field.Key))
                .Where(field => field is not ("metadata" or "status" or "apiVersion" or "kind"))
                .All(field => JsonNode.DeepEquals(obj[field], old[field]))
            : JsonNode.DeepEquals(Desire(type, obj), Desire(type, old));

    /// <summary>The node of a pod is the scheduler's answer, not a wish.</summary>
    private static JsonNode? Desire(ResourceType type, JsonObject obj)
    {
        var spec = obj["spec"];
        if (type != ResourceTypes.Pods || spec is not JsonObject wish)
        {
            return spec;
        }

        var copy = wish.DeepClone().AsObject();
        copy.Remove("nodeName");
        return copy;
    }

    private static void Carry(JsonObject from, JsonObject to, string field)
    {
        if (from.TryGetPropertyValue(field, out var value))
        {
            to[field] = value?.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }

    private static JsonObject MetadataOf(JsonObject obj)
    {
        if (obj["metadata"] is not JsonObject metadata)
        {
            obj["metadata"] = metadata = [];
        }

        return metadata;
    }

    private static void DropEmptyCollections(JsonObject metadata)
    {
        foreach (var field in (string[])["labels", "annotations", "finalizers", "ownerReferences", "managedFields"])
        {
            if (metadata.TryGetPropertyValue(field, out var value) && value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                metadata.Remove(field);
            }
        }
    }

    /// <summary>A name that begins with <paramref name="start"/> and that nobody else is likely to have.</summary>
    public static string GenerateName(string start) =>
        (start.Length > LongestGeneratedBase ? start[..LongestGeneratedBase] : start) + RandomNumberGenerator.GetString(SuffixLetters, 5);
}
