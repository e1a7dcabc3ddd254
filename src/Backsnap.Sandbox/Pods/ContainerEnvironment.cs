using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>The environment that a pod's manifest gives to a container.</summary>
internal abstract record ContainerEnvironment
{
    /// <summary>Variables of the sandbox's own environment that say where the programs are which an image would hold: .NET and restic.</summary>
    private static readonly string[] OfTheImage = ["DOTNET_ROOT", "BACKSNAP_RESTIC"];

    private ContainerEnvironment() { }

    /// <summary>Every variable with its value.</summary>
    public sealed record Resolved(Dictionary<string, string> Variables) : ContainerEnvironment;

    /// <summary>Something that it refers to is not there; the words are the kubelet's (reason CreateContainerConfigError).</summary>
    public sealed record Missing(string Why) : ContainerEnvironment;

    /// <summary>
    /// Reads <c>envFrom</c> and then <c>env</c>, over <c>PATH</c>, <c>HOME</c> and what else comes from the image on a real cluster.
    /// Home is the container's root, which is gone with it, so that a pod leaves nothing in a home on the host.
    /// </summary>
    public static ContainerEnvironment Resolve(ObjectStore store, JsonObject pod, JsonObject container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/",
        };
        foreach (var name in OfTheImage)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        foreach (var source in container.Items("envFrom"))
        {
            var (type, reference) = source.Child("secretRef") is { } secret
                ? (ResourceTypes.Secrets, secret)
                : (ResourceTypes.ConfigMaps, source.Child("configMapRef"));
            if (store.Get(type, pod.NamespaceOf(), reference.Text("name") ?? "") is { } found)
                foreach (var (key, value) in KeyedData.Of(found))
                    variables[source.Text("prefix") + key] = Encoding.UTF8.GetString(value);
            else if (!reference.Flag("optional"))
                return new Missing($"{type.Singular} \"{reference.Text("name")}\" not found");
        }
        foreach (var variable in container.Items("env"))
        {
            var name = variable.Text("name") ?? "";
            switch (ValueOf(store, pod, variable, variables))
            {
                case Value.Known known:
                    variables[name] = known.Text;
                    break;
                case Value.Unknown unknown:
                    return new Missing(unknown.Why);
                case Value.Absent:
                    break;
            }
        }
        return new Resolved(variables);
    }

    /// <summary>Replaces <c>$(NAME)</c> by the variable of that name, where there is one; <c>$$</c> stands for a dollar sign.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var end = text[at] == '$' && at + 1 < text.Length && text[at + 1] == '(' ? text.IndexOf(')', at) : -1;
            if (end > 0 && variables.TryGetValue(text[(at + 2)..end], out var value))
            {
                expanded.Append(value);
                at = end;
            }
            else
            {
                expanded.Append(text[at]);
                if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '$') at++;
            }
        }
        return expanded.ToString();
    }

    private abstract record Value
    {
        private Value() { }

        public sealed record Known(string Text) : Value;

        public sealed record Absent : Value;

        public sealed record Unknown(string Why) : Value;
    }

    private static Value ValueOf(ObjectStore store, JsonObject pod, JsonNode? variable, IReadOnlyDictionary<string, string> known)
    {
        if (variable.Child("valueFrom") is not { } from) return new Value.Known(Expand(variable.Text("value") ?? "", known));
        if (from.Text("fieldRef", "fieldPath") is { } field)
            return PodFields.Read(pod, field) is { } text ? new Value.Known(text) : new Value.Unknown($"unsupported fieldPath: {field}");
        return from.Child("secretKeyRef") is { } secret ? FromKey(store, pod, ResourceTypes.Secrets, secret)
            : from.Child("configMapKeyRef") is { } map ? FromKey(store, pod, ResourceTypes.ConfigMaps, map)
            : new Value.Unknown($"the sandbox does not know where {variable.Text("name")} comes from");
    }

    private static Value FromKey(ObjectStore store, JsonObject pod, ResourceType type, JsonObject reference)
    {
        var (name, key) = (reference.Text("name") ?? "", reference.Text("key") ?? "");
        var isOptional = reference.Flag("optional");
        if (store.Get(type, pod.NamespaceOf(), name) is not { } found)
            return isOptional ? new Value.Absent() : new Value.Unknown($"{type.Singular} \"{name}\" not found");
        return KeyedData.Of(found).TryGetValue(key, out var value) ? new Value.Known(Encoding.UTF8.GetString(value))
            : isOptional ? new Value.Absent()
            : new Value.Unknown($"couldn't find key {key} in {type.Kind} {pod.NamespaceOf()}/{name}");
    }
}
