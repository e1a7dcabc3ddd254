using System.Text.RegularExpressions;

namespace Backsnap.Sandbox.Rights;

/// <summary>
/// What a request wants, as rights speak of it. It is read from the method, the path and the query alone, before anybody looks whether there is such
/// a resource, as in the API server (RequestInfoFactory in k8s.io/apiserver). The resource is the plural, and empty for a path of none; the namespace is
/// empty at the scope of the cluster, and the name for a collection, unless a field selector names the one object that is meant.
/// </summary>
internal sealed partial record RequestAttributes(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string Path)
{
    public bool IsResource => Resource.Length > 0;

    /// <summary>The resource, with its subresource after a slash.</summary>
    public string Combined => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    public static RequestAttributes Of(string method, string path, bool watch = false, string? fieldSelector = null)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", _, _, ..] => OfResource(method, path, "", parts[2..], watch, fieldSelector),
            ["apis", var group, _, _, ..] => OfResource(method, path, group, parts[3..], watch, fieldSelector),
            _ => new RequestAttributes(method.ToLowerInvariant(), "", "", "", "", "", path),
        };
    }

    private static RequestAttributes OfResource(string method, string path, string group, string[] parts, bool watch, string? fieldSelector)
    {
        // A namespace is itself in that namespace, so that a role within it may be about it.
        var ns = parts is ["namespaces", var space, ..] ? space : "";
        var rest = parts is ["namespaces", _, not ("status" or "finalize"), ..] ? parts[2..] : parts;
        var name = rest.ElementAtOrDefault(1) ?? "";
        var verb = method.ToUpperInvariant() switch
        {
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name.Length == 0 ? "deletecollection" : "delete",
            "GET" or "HEAD" => name.Length > 0 ? "get" : watch ? "watch" : "list",
            var other => other.ToLowerInvariant(),
        };
        return new RequestAttributes(
            verb, group, rest[0], rest.ElementAtOrDefault(2) ?? "", ns, verb is "list" or "watch" or "deletecollection" ? SelectedName(fieldSelector) : name, path);
    }

    private static string SelectedName(string? fieldSelector) => OneName().Match(fieldSelector ?? "") is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex(@"(?:\A|,)metadata\.name==?([^,]+)(?:,|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex OneName();
}
