using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using LanguageExt;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>
/// A cluster's objects in a YAML (or JSON) file, as <c>kubectl get … -o yaml</c> writes them: documents and Lists of any kinds; kinds that
/// planning does not read are passed over. Objects without a uid get one from their place.
/// </summary>
internal static class ObjectFile
{
    private const string NamespaceKind = "v1/Namespace";

    /// <summary>Reads the file, or says where it is broken.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="labels">The names of the claims' labels that matter.</param>
    public static Either<string, ClusterCache> Read(string path, Seq<string> labels = default)
    {
        try
        {
            using var text = path == "-" ? Console.In : File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(text);
            var cache = new ClusterCache(0, maintenance: true, labels: labels);
            var known = new Dictionary<string, List<JsonObject>>();
            foreach (var item in stream.Documents.SelectMany(document => Flatten(document.RootNode)))
            {
                var kind = $"{Scalar(item, "apiVersion")}/{Scalar(item, "kind")}";
                if (!known.TryGetValue(kind, out var list))
                {
                    known[kind] = list = [];
                }

                list.Add(Identified((JsonObject)ToJson(item)!, kind));
            }

            known[NamespaceKind] = WithNamespaces(known);
            Fill(Resources.Namespaces, cache.Namespaces);
            Fill(Resources.PersistentVolumeClaims, cache.Claims);
            Fill(Resources.PersistentVolumes, cache.Volumes);
            Fill(Resources.StorageClasses, cache.StorageClasses);
            Fill(Resources.VolumeSnapshotClasses, cache.SnapshotClasses);
            Fill(Resources.PvcBackups, cache.Backups);
            Fill(Resources.PvcRestores, cache.Restores);
            Fill(Resources.VolumeSnapshots, cache.Snapshots);
            Fill(Resources.Jobs, cache.Jobs);
            Fill(Resources.Pods, cache.Pods);
            Fill(Resources.PvcMaintenances, cache.Maintenances);
            return Right<string, ClusterCache>(cache);

            void Fill<TSource, TRead>(KubeResource<TSource> resource, ObjectTable<TSource, TRead> table)
                where TSource : class, IKubernetesObject
                where TRead : notnull =>
                table.Replace([.. known.GetValueOrDefault($"{resource.ApiVersion}/{resource.Kind}", []).Select(item => Deserialize(item, resource))], null);
        }
        catch (YamlException broken)
        {
            return Left<string, ClusterCache>($"{path}, line {broken.Start.Line}, column {broken.Start.Column}: this is not YAML: {broken.Message}");
        }
        catch (FormatException wrong)
        {
            return Left<string, ClusterCache>($"{path}{wrong.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Left<string, ClusterCache>($"{path} cannot be read: {failure.Message}");
        }
    }

    // A file of claims alone can be planned for: a namespace that is not in it wishes nothing.
    private static List<JsonObject> WithNamespaces(IReadOnlyDictionary<string, List<JsonObject>> known)
    {
        var given = known.GetValueOrDefault(NamespaceKind, []);
        var missing = known.Values.SelectMany(items => items)
            .Select(item => item["metadata"]?["namespace"]?.ToString() ?? "")
            .Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)
            .Except(given.Select(item => item["metadata"]?["name"]?.ToString() ?? ""), StringComparer.Ordinal);
        return [.. given, .. missing.Select(name => Identified(new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, NamespaceKind))];
    }

    private static TSource Deserialize<TSource>(JsonObject item, KubeResource<TSource> resource)
        where TSource : class, IKubernetesObject
    {
        try
        {
            return item.Deserialize(resource.Json) ?? throw new FormatException($": an empty {resource.Kind}");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($": {resource.Kind} {item["metadata"]?["namespace"]}/{item["metadata"]?["name"]} has a value of the wrong form at {wrong.Path?.TrimStart('$', '.')}", wrong);
        }
    }

    private static IEnumerable<YamlMappingNode> Flatten(YamlNode node) => node switch
    {
        { Anchor.IsEmpty: false } => throw Anchored(node),
        YamlMappingNode map when Scalar(map, "kind").EndsWith("List", StringComparison.Ordinal) && map.Children.TryGetValue("items", out var items) =>
            items is YamlSequenceNode list ? list.SelectMany(Flatten) : [],
        YamlMappingNode map when Scalar(map, "kind").Length > 0 && Scalar(map, "apiVersion").Length > 0 => [map],
        YamlScalarNode { Value: null or "" } => [],
        _ => throw new FormatException($", line {node.Start.Line}: expected a Kubernetes object with apiVersion and kind"),
    };

    private static JsonObject Identified(JsonObject item, string kind)
    {
        if (item["metadata"] is not JsonObject metadata || metadata["name"] is null)
        {
            throw new FormatException($": an object of kind {kind} has no metadata.name");
        }

        metadata["uid"] ??= $"file:{kind}/{metadata["namespace"]}/{metadata["name"]}";
        metadata["resourceVersion"] ??= "1";
        if (!kind.EndsWith("/Namespace", StringComparison.Ordinal))
        {
            metadata["namespace"] ??= "default";
        }

        return item;
    }

    private static string Scalar(YamlMappingNode map, string name) => map.Children.TryGetValue(name, out var value) && value is YamlScalarNode scalar ? scalar.Value ?? "" : "";

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        { Anchor.IsEmpty: false } => throw Anchored(node),
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => new KeyValuePair<string, JsonNode?>(Name(pair.Key), ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode scalar => Plain(scalar),
        _ => throw Anchored(node),
    };

    // Aliases can make a document that holds itself, or one that is endless when it is written out.
    private static FormatException Anchored(YamlNode node) => new($", line {node.Start.Line}: anchors and aliases are not read");

    private static string Name(YamlNode key) => key is YamlScalarNode scalar
        ? scalar.Value ?? ""
        : throw new FormatException($", line {key.Start.Line}: a field's name must be a plain text");

    private static JsonValue? Plain(YamlScalarNode scalar) => (scalar.Style, scalar.Value) switch
    {
        (not ScalarStyle.Plain, var text) => JsonValue.Create(text),
        (_, null or "" or "~" or "null") => null,
        (_, "true") => JsonValue.Create(true),
        (_, "false") => JsonValue.Create(false),
        (_, var text) when long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        (_, var text) when double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        (_, var text) => JsonValue.Create(text),
    };
}
