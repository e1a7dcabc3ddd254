using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>Who last set which fields: one entry per manager, operation and subresource.</summary>
internal sealed record Manager(string Name, string Operation, string Subresource, FieldTree Fields, string ApiVersion, string Time)
{
    public bool IsSame(string name, string operation, string subresource) => Name == name && Operation == operation && Subresource == subresource;
}

/// <summary>Reading, changing and writing metadata.managedFields.</summary>
internal static class ManagedFields
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    public static IReadOnlyList<Manager> Read(JsonObject obj) =>
    [
        .. obj.Items("metadata", "managedFields").Select(entry => new Manager(
            entry.Text("manager") ?? "",
            entry.Text("operation") ?? Update,
            entry.Text("subresource") ?? "",
            FieldTree.FromJson(entry.Child("fieldsV1")),
            entry.Text("apiVersion") ?? "",
            entry.Text("time") ?? "")),
    ];

    public static void Write(JsonObject obj, IEnumerable<Manager> managers)
    {
        var entries = managers.Where(manager => !manager.Fields.IsNothing && manager.Fields.Children.Count > 0).Select(JsonNode (manager) => ToJson(manager)).ToArray();
        if (entries.Length == 0)
        {
            obj.Unset("metadata", "managedFields");
        }
        else
        {
            obj.Set(new JsonArray(entries), "metadata", "managedFields");
        }
    }

    /// <summary>After a create or an update that was no apply: who wrote owns what changed, and nobody else does.</summary>
    public static void AfterUpdate(ResourceType type, JsonObject? before, JsonObject now, string manager, string subresource, DateTimeOffset time)
    {
        var shape = Shape.Of(type);
        var changed = FieldTree.Changed(before, now, shape);
        var managers = Read(before ?? []).Select(entry => entry.IsSame(manager, Update, subresource)
            ? entry
            : entry with { Fields = entry.Fields.Except(changed) }).ToList();
        var mine = managers.FindIndex(entry => entry.IsSame(manager, Update, subresource));
        var previous = mine >= 0 ? managers[mine].Fields : FieldTree.Nothing;
        var owned = previous.Union(changed);
        if (!changed.IsNothing)
        {
            var entry = new Manager(manager, Update, subresource, owned, type.ApiVersion, ObjectFields.Timestamp(time));
            if (mine >= 0)
            {
                managers[mine] = entry;
            }
            else
            {
                managers.Add(entry);
            }
        }

        Write(now, managers.Select(entry => entry with { Fields = entry.Fields.Within(now, shape) }));
    }

    private static JsonObject ToJson(Manager manager)
    {
        var entry = new JsonObject
        {
            ["apiVersion"] = manager.ApiVersion,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = manager.Fields.ToJson(),
            ["manager"] = manager.Name,
            ["operation"] = manager.Operation,
            ["time"] = manager.Time,
        };
        if (manager.Subresource.Length > 0)
        {
            entry["subresource"] = manager.Subresource;
        }

        return entry;
    }
}
