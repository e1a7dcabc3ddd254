using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api;

/// <summary>Which objects a request means: by labels and by fields.</summary>
internal sealed record Selection(LabelSelector Labels, FieldSelector Fields)
{
    public static readonly Selection All = new(LabelSelector.All, FieldSelector.All);

    public bool IsAll => Labels.Terms.Count == 0 && Fields.Terms.Count == 0;

    public bool Matches(StoredObject stored) => Labels.Matches(stored.Labels) && Fields.Matches(stored);

    /// <summary>Reads both selectors of a request.</summary>
    public static (Selection Selection, ApiError? Error) Parse(ResourceType type, string? labels, string? fields) =>
        LabelSelector.Parse(labels ?? "") switch
        {
            (_, { } wrong) => (All, wrong),
            var (byLabels, _) => FieldSelector.Parse(type, fields ?? "") switch
            {
                (_, { } wrong) => (All, wrong),
                var (byFields, _) => (new Selection(byLabels, byFields), null),
            },
        };
}

/// <summary>A label selector: all of its terms hold.</summary>
internal sealed partial record LabelSelector(IReadOnlyList<LabelSelector.Term> Terms)
{
    public static readonly LabelSelector All = new([]);

    /// <summary>One requirement on one label.</summary>
    internal abstract record Term
    {
        private Term() { }

        public sealed record Exists(string Key) : Term;
        public sealed record Absent(string Key) : Term;
        public sealed record In(string Key, IReadOnlyList<string> Values) : Term;
        public sealed record NotIn(string Key, IReadOnlyList<string> Values) : Term;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => Terms.All(term => term switch
    {
        Term.Exists exists => labels.ContainsKey(exists.Key),
        Term.Absent absent => !labels.ContainsKey(absent.Key),
        Term.In any => labels.TryGetValue(any.Key, out var value) && any.Values.Contains(value),
        Term.NotIn none => !labels.TryGetValue(none.Key, out var value) || !none.Values.Contains(value),
    });

    /// <summary>Reads <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
    public static (LabelSelector Selector, ApiError? Error) Parse(string text)
    {
        var terms = new List<Term>();
        foreach (var part in TopLevelComma().Split(text).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            if (ParseTerm(part) is not { } term)
            {
                return (All, ApiError.BadRequest($"unable to parse requirement: found '{part}', expected: a key, an operator and a value"));
            }

            terms.Add(term);
        }

        return (new LabelSelector(terms), null);
    }

    private static Term? ParseTerm(string text)
    {
        if (SetTerm().Match(text) is { Success: true } set)
        {
            var values = set.Groups["values"].Value.Split(',').Select(value => value.Trim()).ToArray();
            return set.Groups["operator"].Value == "in" ? new Term.In(set.Groups["key"].Value, values) : new Term.NotIn(set.Groups["key"].Value, values);
        }

        if (EqualTerm().Match(text) is { Success: true } equal)
        {
            var (key, value) = (equal.Groups["key"].Value, equal.Groups["value"].Value);
            return equal.Groups["operator"].Value == "!=" ? new Term.NotIn(key, [value]) : new Term.In(key, [value]);
        }

        return BareTerm().Match(text) is not { Success: true } bare ? null
            : bare.Groups["not"].Length > 0 ? new Term.Absent(bare.Groups["key"].Value)
            : new Term.Exists(bare.Groups["key"].Value);
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex TopLevelComma();

    [GeneratedRegex(@"\A(?<key>[A-Za-z0-9_./-]+)\s+(?<operator>in|notin)\s*\((?<values>[A-Za-z0-9_., -]*)\)\z")]
    private static partial Regex SetTerm();

    [GeneratedRegex(@"\A(?<key>[A-Za-z0-9_./-]+)\s*(?<operator>==|!=|=)\s*(?<value>[A-Za-z0-9_.-]*)\z")]
    private static partial Regex EqualTerm();

    [GeneratedRegex(@"\A(?<not>!?)\s*(?<key>[A-Za-z0-9_./-]+)\z")]
    private static partial Regex BareTerm();
}

/// <summary>A field selector: each term compares one field, which reads as empty when it is absent.</summary>
internal sealed record FieldSelector(IReadOnlyList<FieldSelector.Term> Terms)
{
    public static readonly FieldSelector All = new([]);

    private static readonly string[] Common = ["metadata.name", "metadata.namespace"];
    private static readonly Dictionary<ResourceType, string[]> More = new()
    {
        [ResourceTypes.Pods] =
            ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"],
        [ResourceTypes.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [ResourceTypes.Secrets] = ["type"],
        [ResourceTypes.Jobs] = ["status.successful"],
        [ResourceTypes.Namespaces] = ["status.phase"],
        [ResourceTypes.Nodes] = ["spec.unschedulable"],
    };

    /// <summary>One comparison.</summary>
    internal sealed record Term(string Field, string Value, bool Equal);

    public bool Matches(StoredObject stored) => Terms.All(term => (Value(stored, term.Field) == term.Value) == term.Equal);

    public static (FieldSelector Selector, ApiError? Error) Parse(ResourceType type, string text)
    {
        var terms = new List<Term>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var split = part.IndexOf('=');
            if (split < 1)
            {
                return (All, ApiError.BadRequest($"invalid selector: '{text}'; can't understand '{part}'"));
            }

            var negated = part[split - 1] == '!';
            var field = part[..(negated ? split - 1 : split)].Trim();
            if (!Common.Contains(field) && !(More.TryGetValue(type, out var more) && more.Contains(field)))
            {
                return (All, ApiError.BadRequest($"field label not supported: {field}"));
            }

            terms.Add(new Term(field, part[(split + 1)..].TrimStart('=').Trim(), !negated));
        }

        return (new FieldSelector(terms), null);
    }

    private static string Value(StoredObject stored, string field) => field switch
    {
        "metadata.name" => stored.Name,
        "metadata.namespace" => stored.Namespace,
        "source" when stored.Type == ResourceTypes.Events => stored.Copy() is var obj && obj.Text("source", "component") is { } component ? component : "",
        "status.successful" => stored.Copy().Number("status", "succeeded")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "0",
        "spec.unschedulable" => stored.Copy().Flag("spec", "unschedulable") ? "true" : "false",
        _ => stored.Copy().Text(field.Split('.')) ?? "",
    };
}
