using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>What the API demands of the metadata of every object, in its own words.</summary>
internal static partial class MetadataRules
{
    private const int LongestSubdomain = 253;
    private const int LongestLabel = 63;

    private const string SubdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string DnsLabelRule =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string LabelValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string QualifiedNameRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    public static IEnumerable<FieldError> Check(ResourceType type, JsonObject obj) =>
    [
        .. CheckName(type, obj.NameOf()),
        .. CheckLabels(OwnLabels(type, obj), "metadata.labels"),
        .. CheckAnnotations(obj.Child("metadata", "annotations")),
        .. CheckOwners(obj),
    ];

    /// <summary>Label keys and values, wherever an object has them.</summary>
    public static IEnumerable<FieldError> CheckLabels(JsonObject? labels, string field)
    {
        foreach (var (key, node) in labels ?? [])
        {
            if (KeyProblem(key) is { } problem)
            {
                yield return FieldError.Invalid(field, Quote(key), problem);
            }

            if (ValueProblem(node.Text() ?? "") is { } wrong)
            {
                yield return FieldError.Invalid(field, Quote(node.Text() ?? ""), wrong);
            }
        }
    }

    public static string Quote(string text) => JsonValue.Create(text).ToJsonString(Wire.Plain);

    /// <summary>A Job's own labels: those that it takes over from its template are complained of there.</summary>
    private static JsonObject? OwnLabels(ResourceType type, JsonObject obj) =>
        type == ResourceTypes.Jobs && JsonNode.DeepEquals(obj.Child("metadata", "labels"), obj.Child("spec", "template", "metadata", "labels"))
            ? null
            : obj.Child("metadata", "labels");

    private static IEnumerable<FieldError> CheckName(ResourceType type, string name)
    {
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
            yield break;
        }

        if (type.Group == "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.Contains('/') || name.Contains('%'))
            {
                yield return FieldError.Invalid("metadata.name", Quote(name), "may not be '.' or '..', nor contain '/' or '%'");
            }

            yield break;
        }

        var label = type == ResourceTypes.Namespaces || type == ResourceTypes.Services;
        var longest = label ? LongestLabel : LongestSubdomain;
        if (name.Length > longest)
        {
            yield return FieldError.Invalid("metadata.name", Quote(name), $"must be no more than {longest} {(label ? "bytes" : "characters")}");
        }

        if (!(label ? DnsLabel() : Subdomain()).IsMatch(name))
        {
            yield return FieldError.Invalid("metadata.name", Quote(name), label ? DnsLabelRule : SubdomainRule);
        }
    }

    private static IEnumerable<FieldError> CheckAnnotations(JsonObject? annotations) =>
        from annotation in annotations ?? []
        let problem = KeyProblem(annotation.Key)
        where problem is not null
        select FieldError.Invalid("metadata.annotations", Quote(annotation.Key), problem);

    private static IEnumerable<FieldError> CheckOwners(JsonObject obj)
    {
        var controllers = 0;
        foreach (var (index, owner) in obj.Items("metadata", "ownerReferences").Index())
        {
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.Text(field)))
                {
                    var detail = field == "apiVersion" ? "version must not be empty" : "must not be empty";
                    yield return FieldError.Invalid($"metadata.ownerReferences[{index}].{field}", "\"\"", detail);
                }
            }

            controllers += owner.Flag("controller") ? 1 : 0;
        }

        if (controllers > 1)
        {
            yield return FieldError.Invalid(
                "metadata.ownerReferences", obj.At("metadata", "ownerReferences")!.ToJsonString(), "Only one reference can have Controller set to true");
        }
    }

    private static string? KeyProblem(string key)
    {
        var parts = key.Split('/');
        var (prefix, name) = parts.Length switch { 1 => ("", parts[0]), 2 => (parts[0], parts[1]), _ => ("/", "") };
        return prefix == "/" ? $"a qualified name {QualifiedNameRule[10..]} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            : parts.Length == 2 && prefix.Length == 0 ? "prefix part must be non-empty"
            : prefix.Length > 0 && !Subdomain().IsMatch(prefix) ? $"prefix part {SubdomainRule}"
            : name.Length == 0 ? "name part must be non-empty"
            : name.Length > LongestLabel ? $"name part must be no more than {LongestLabel} bytes"
            : QualifiedName().IsMatch(name) ? null
            : QualifiedNameRule;
    }

    private static string? ValueProblem(string value) =>
        value.Length > LongestLabel ? $"must be no more than {LongestLabel} bytes" : LabelValue().IsMatch(value) ? null : LabelValueRule;

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedName();
}
