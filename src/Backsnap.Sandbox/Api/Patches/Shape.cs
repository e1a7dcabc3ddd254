using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>How the items of a list stand to each other when two forms of it are merged.</summary>
internal abstract record ListKind
{
    private ListKind() { }

    /// <summary>One value: replaced as a whole.</summary>
    public sealed record Atomic : ListKind;

    /// <summary>Scalars without order or repetition.</summary>
    public sealed record Set : ListKind;

    /// <summary>Objects, each identified by some of its fields.</summary>
    public sealed record Map(IReadOnlyList<string> Keys) : ListKind;
}

/// <summary>What is known of a place in an object: how the list there merges, and whether it is a map of free keys.</summary>
internal abstract record Shape
{
    private static readonly ListKind Whole = new ListKind.Atomic();

    private Shape() { }

    public abstract ListKind List { get; }

    /// <summary>Whether the object here has keys of the writer's choice, whose coming and going is itself owned.</summary>
    public abstract bool IsMap { get; }

    public abstract Shape Field(string name);

    /// <summary>The shape of an item, when a list is here.</summary>
    public abstract Shape Item { get; }

    /// <summary>The shape of a whole object of a kind.</summary>
    public static Shape Of(ResourceType type) =>
        type.Schema is { } schema ? new CustomRoot(schema.Top) : new BuiltIn("", "");

    /// <summary>A place in a built-in kind, told by the names of its field and of the field around it.</summary>
    private sealed record BuiltIn(string Name, string Parent) : Shape
    {
        private static readonly Dictionary<string, ListKind> Lists = new()
        {
            ["finalizers"] = new ListKind.Set(),
            ["ownerReferences"] = new ListKind.Map(["uid"]),
            ["conditions"] = new ListKind.Map(["type"]),
            ["containers"] = new ListKind.Map(["name"]),
            ["initContainers"] = new ListKind.Map(["name"]),
            ["ephemeralContainers"] = new ListKind.Map(["name"]),
            ["volumes"] = new ListKind.Map(["name"]),
            ["env"] = new ListKind.Map(["name"]),
            ["volumeMounts"] = new ListKind.Map(["mountPath"]),
            ["volumeDevices"] = new ListKind.Map(["devicePath"]),
            ["imagePullSecrets"] = new ListKind.Map(["name"]),
            ["secrets"] = new ListKind.Map(["name"]),
            ["hostAliases"] = new ListKind.Map(["ip"]),
            ["addresses"] = new ListKind.Map(["type"]),
        };

        private static readonly string[] Maps =
            ["labels", "annotations", "matchLabels", "nodeSelector", "requests", "limits", "capacity", "data", "stringData", "binaryData", "parameters", "volumeAttributes"];

        public override ListKind List =>
            Name == "ports" ? new ListKind.Map([Parent == "spec" ? "port" : "containerPort"]) : Lists.GetValueOrDefault(Name, Whole);

        public override bool IsMap => Maps.Contains(Name);
        public override Shape Item => this;
        public override Shape Field(string name) => new BuiltIn(name, Name);
    }

    /// <summary>A custom object: its metadata is like everybody's, the rest as its schema says.</summary>
    private sealed record CustomRoot(SchemaNode Node) : Shape
    {
        public override ListKind List => Whole;
        public override bool IsMap => false;
        public override Shape Item => this;
        public override Shape Field(string name) => name == "metadata" ? new BuiltIn(name, "") : new Custom(Node.Field(name));
    }

    private sealed record Custom(SchemaNode? Node) : Shape
    {
        public override ListKind List => Node?.ListType switch
        {
            "set" => new ListKind.Set(),
            "map" when Node.ListKeys.Count > 0 => new ListKind.Map(Node.ListKeys),
            _ => Whole,
        };

        public override bool IsMap => true;
        public override Shape Item => new Custom(Node?.Items);
        public override Shape Field(string name) => new Custom(Node?.Field(name));
    }
}
