using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Kubernetes;

/// <summary>
/// The named parts of one kubeconfig, or of several merged. What a part says is looked at only when it is chosen, so that a
/// mistake in another context hurts nobody.
/// </summary>
internal sealed record KubeconfigFile(
    string Source,
    string? CurrentContext,
    IReadOnlyDictionary<string, YamlSection> Clusters,
    IReadOnlyDictionary<string, YamlSection> Users,
    IReadOnlyDictionary<string, YamlSection> Contexts)
{
    public static KubeconfigFile Parse(string path)
    {
        var root = Root(path);
        return new KubeconfigFile(
            path, root?.Text("current-context"), Named(root, "clusters"), Named(root, "users"), Named(root, "contexts"));
    }

    /// <summary>As kubectl merges: of each name, and of the current context, the first file that has it counts.</summary>
    public static KubeconfigFile Merge(IReadOnlyList<KubeconfigFile> files) => new(
        string.Join(':', files.Select(f => f.Source)),
        files.Select(f => f.CurrentContext).FirstOrDefault(c => !string.IsNullOrEmpty(c)),
        First(files.Select(f => f.Clusters)),
        First(files.Select(f => f.Users)),
        First(files.Select(f => f.Contexts)));

    private static Dictionary<string, YamlSection> First(IEnumerable<IReadOnlyDictionary<string, YamlSection>> parts)
    {
        var merged = new Dictionary<string, YamlSection>(StringComparer.Ordinal);
        foreach (var (name, section) in parts.SelectMany(p => p)) merged.TryAdd(name, section);
        return merged;
    }

    private static Dictionary<string, YamlSection> Named(YamlSection? root, string list)
    {
        var named = new Dictionary<string, YamlSection>(StringComparer.Ordinal);
        foreach (var item in root?.Sections(list) ?? [])
        {
            var name = item.Text("name") ?? throw item.Wrong("name", "it has no name", "give it one");
            named.TryAdd(name, item);
        }

        return named;
    }

    private static YamlSection? Root(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return stream.Documents.FirstOrDefault()?.RootNode switch
            {
                null => null,
                YamlMappingNode mapping => new YamlSection(path, "", mapping),
                YamlScalarNode { Value: null or "" } => null,
                _ => throw new KubeconfigException(path, "", "this is not a kubeconfig", "name a kubeconfig file"),
            };
        }
        catch (YamlException e)
        {
            throw new KubeconfigException(new KubeconfigError(path, "", $"this is not YAML ({Innermost(e)})", "correct it there")
            {
                Line = (int)e.Start.Line,
                Column = (int)e.Start.Column,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException(path, "", $"it cannot be read ({e.Message})", "make it readable for this user");
        }
    }

    private static string Innermost(Exception e) => e.InnerException is null ? e.Message : Innermost(e.InnerException);
}
