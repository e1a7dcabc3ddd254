using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>The CustomResourceDefinitions to have from the start, from the same files that kubectl would apply.</summary>
internal static class DefinitionFiles
{
    public static void Load(ObjectStore store, IEnumerable<string> paths)
    {
        foreach (var file in paths.SelectMany(Files))
        {
            switch (YamlReader.Read(File.ReadAllText(file)))
            {
                case YamlReader.Result.Broken broken:
                    throw new SandboxException($"{file} is not valid YAML: {broken.Message}");
                case YamlReader.Result.Documents documents:
                    foreach (var definition in documents.Nodes.OfType<JsonObject>().Where(node => node.Text("kind") == "CustomResourceDefinition"))
                    {
                        Create(store, file, definition);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static void Create(ObjectStore store, string file, JsonObject definition)
    {
        if (store.Create(ResourceTypes.CustomResourceDefinitions, definition) is StoreResult.Refused refused)
        {
            throw new SandboxException($"{file}: {refused.Error.Message}");
        }
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.yaml").Order(StringComparer.Ordinal) : [path];
}
