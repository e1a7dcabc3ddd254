using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>The columns of the built-in kinds, as kubectl users know them.</summary>
internal static class BuiltInColumns
{
    private const string None = "<none>";

    private static readonly Dictionary<ResourceType, IReadOnlyList<Column>> Known = new()
    {
        [ResourceTypes.Pods] = PodColumns.All,
        [ResourceTypes.Jobs] = JobColumns.All,
        [ResourceTypes.Events] = EventColumns.All,
        [ResourceTypes.Namespaces] = TableLayout.Around(Text("Status", "status", "phase")),
        [ResourceTypes.PersistentVolumeClaims] =
        [
            .. TableLayout.Around(
                new Column("Status", "string", (obj, _) => obj.IsTerminating() ? "Terminating" : obj.Text("status", "phase") ?? ""),
                Text("Volume", "spec", "volumeName"),
                Text("Capacity", "status", "capacity", "storage"),
                new Column("Access Modes", "string", (obj, _) => Modes(obj.Texts("status", "accessModes"))),
                Text("StorageClass", "spec", "storageClassName"),
                Unset("VolumeAttributesClass", "spec", "volumeAttributesClassName")),
            Text("VolumeMode", "spec", "volumeMode") with { Priority = 1 },
        ],
        [ResourceTypes.PersistentVolumes] =
        [
            .. TableLayout.Around(
                Text("Capacity", "spec", "capacity", "storage"),
                new Column("Access Modes", "string", (obj, _) => Modes(obj.Texts("spec", "accessModes"))),
                Text("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
                new Column("Status", "string", (obj, _) => obj.IsTerminating() ? "Terminating" : obj.Text("status", "phase") ?? ""),
                new Column("Claim", "string", (obj, _) => obj.Child("spec", "claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : ""),
                Text("StorageClass", "spec", "storageClassName"),
                Unset("VolumeAttributesClass", "spec", "volumeAttributesClassName"),
                Text("Reason", "status", "reason")),
            Text("VolumeMode", "spec", "volumeMode") with { Priority = 1 },
        ],
        [ResourceTypes.Secrets] = TableLayout.Around(Text("Type", "type"), Count("Data", "data")),
        [ResourceTypes.ConfigMaps] = TableLayout.Around(
            new Column("Data", "integer", (obj, _) => (obj.Child("data")?.Count ?? 0) + (obj.Child("binaryData")?.Count ?? 0))),
        [ResourceTypes.ServiceAccounts] = TableLayout.Around(new Column("Secrets", "integer", (obj, _) => obj.Items("secrets").Count)),
        [ResourceTypes.StorageClasses] = [.. Class()],
        [ResourceTypes.Leases] = TableLayout.Around(Text("Holder", "spec", "holderIdentity")),
        [ResourceTypes.Nodes] = TableLayout.Around(
            new Column("Status", "string", (obj, _) => NodeStatus(obj)),
            new Column("Roles", "string", (obj, _) => NodeRoles(obj)),
            Text("Version", "status", "nodeInfo", "kubeletVersion")),
        [ResourceTypes.Services] = TableLayout.Around(
            new Column("Type", "string", (obj, _) => obj.Text("spec", "type") ?? "ClusterIP"),
            Unset("Cluster-IP", "spec", "clusterIP"),
            new Column("External-IP", "string", (_, _) => None),
            new Column("Port(s)", "string", (obj, _) => Ports(obj))),
        [ResourceTypes.Deployments] = TableLayout.Around(
            new Column("Ready", "string", (obj, _) => $"{obj.Number("status", "readyReplicas") ?? 0}/{obj.Number("spec", "replicas") ?? 1}"),
            Whole("Up-to-date", "status", "updatedReplicas"),
            Whole("Available", "status", "availableReplicas")),
        [ResourceTypes.Roles] = Created(),
        [ResourceTypes.ClusterRoles] = Created(),
        [ResourceTypes.RoleBindings] = TableLayout.Around(Role()),
        [ResourceTypes.ClusterRoleBindings] = TableLayout.Around(Role()),
        [ResourceTypes.CustomResourceDefinitions] = Created(),
        [ResourceTypes.PriorityClasses] = TableLayout.Around(
            Whole("Value", "value"), new Column("Global-Default", "boolean", (obj, _) => obj.Flag("globalDefault")), Text("PreemptionPolicy", "preemptionPolicy")),
    };

    public static IReadOnlyList<Column> Of(ResourceType type) => Known.GetValueOrDefault(type, []);

    public static Column Text(string name, params string[] path) => new(name, "string", (obj, _) => obj.Text(path) ?? "");

    private static Column Unset(string name, params string[] path) =>
        new(name, "string", (obj, _) => obj.Text(path) is { Length: > 0 } text ? text : name == "VolumeAttributesClass" ? "<unset>" : None);

    private static Column Whole(string name, params string[] path) => new(name, "integer", (obj, _) => obj.Number(path) ?? 0);

    private static Column Count(string name, params string[] path) => new(name, "integer", (obj, _) => obj.Child(path)?.Count ?? 0);

    private static Column Role() => new("Role", "string", (obj, _) => $"{obj.Text("roleRef", "kind")}/{obj.Text("roleRef", "name")}");

    private static IReadOnlyList<Column> Created() =>
        [TableLayout.Around()[0], new Column("Created At", "date", (obj, _) => obj.Text("metadata", "creationTimestamp"))];

    private static IEnumerable<Column> Class()
    {
        var around = TableLayout.Around(
            Text("Provisioner", "provisioner"),
            Text("ReclaimPolicy", "reclaimPolicy"),
            Text("VolumeBindingMode", "volumeBindingMode"),
            new Column("AllowVolumeExpansion", "string", (obj, _) => obj.Flag("allowVolumeExpansion")));
        return around.Select((column, index) => index == 0 ? column with { Cell = (obj, _) => obj.NameOf() + (IsDefault(obj) ? " (default)" : "") } : column);
    }

    private static bool IsDefault(JsonObject obj) => obj.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true";

    private static string Modes(IReadOnlyList<string> modes) => string.Join(",", modes.Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));

    private static string NodeStatus(JsonObject node)
    {
        var ready = node.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Ready").Text("status");
        return (ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" }) + (node.Flag("spec", "unschedulable") ? ",SchedulingDisabled" : "");
    }

    private static string NodeRoles(JsonObject node)
    {
        const string prefix = "node-role.kubernetes.io/";
        var roles = (node.Child("metadata", "labels") ?? []).Select(label => label.Key).Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
        return string.Join(",", roles.Select(key => key[prefix.Length..]).Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : None;
    }

    private static string Ports(JsonObject service) =>
        string.Join(",", service.Items("spec", "ports").Select(port => $"{port.Number("port")}/{port.Text("protocol") ?? "TCP"}")) is { Length: > 0 } text ? text : None;
}
