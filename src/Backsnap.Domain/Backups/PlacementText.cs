using System.Text.Json;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Backups;

/// <summary>
/// Reads the parts of a <see cref="Placement"/> as annotations and flags write them. Empty text is an empty part. What cannot be read, or what the
/// API server would refuse in a pod, is an error with a sentence for the person who wrote it: a pod must not run where it should not because of a typo.
/// </summary>
public static class PlacementText
{
    private static readonly Seq<string> Effects = Seq("NoSchedule", "PreferNoSchedule", "NoExecute");

    /// <summary>Labels, also those that select a node: <c>disk=ssd,zone=a</c>, or a JSON object.</summary>
    public static Either<string, HashMap<string, string>> Labels(string text) => Pairs(text, IsLabelValue, "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");

    /// <summary>Names of labels: <c>app,example.com/team</c>, each once.</summary>
    public static Either<string, Seq<string>> LabelNames(string text) => Parts(text).Map(name => IsKey(name)
        ? Right<string, string>(name)
        : Left<string, string>($"'{name}' is not the name of a label: write NAME or PREFIX/NAME, as in app or example.com/team")).Sequence().Map(names => names.Distinct().Strict());

    /// <summary>Annotations: <c>team=sales,note=nightly</c>, or a JSON object, in which values may hold commas.</summary>
    public static Either<string, HashMap<string, string>> Annotations(string text) => Pairs(text, _ => true, "any text");

    /// <summary>The name of a priority class.</summary>
    public static Either<string, Option<string>> PriorityClass(string text) =>
        text.Trim() is { Length: 0 } ? Right<string, Option<string>>(None)
        : DnsName.IsSubdomain(text.Trim()) ? Right<string, Option<string>>(Some(text.Trim()))
        : Left<string, Option<string>>($"'{text}' is not the name of a priority class: write lower-case letters, digits, '-' and '.'");

    /// <summary>Tolerations as taints are written, <c>key=value:NoSchedule,other:NoExecute</c> (without value: any; without effect: all), or as a JSON list like a pod's.</summary>
    public static Either<string, Option<Node>> Tolerations(string text) => text.Trim() switch
    {
        "" => Right<string, Option<Node>>(None),
        ['[', ..] => Json(text).Bind(list => list.EnumerateArray().ToSeq().Strict().Map(item => Toleration(item)).Sequence()).Map(list => Some(Node.List(list.Strict()))),
        _ => Parts(text).Map(Taint).Sequence().Map(list => Some(Node.List(list.Strict()))),
    };

    private static Either<string, HashMap<string, string>> Pairs(string text, Func<string, bool> isValue, string form) =>
        (text.Trim() is ['{', ..]
            ? Json(text).Bind(found => found.EnumerateObject().ToSeq().Strict().Map(field => field.Value.ValueKind == JsonValueKind.String
                ? Right<string, (string, string)>((field.Name, field.Value.GetString() ?? ""))
                : Left<string, (string, string)>($"the value of '{field.Name}' is not a string")).Sequence())
            : Parts(text).Map(part => part.Split('=', 2) is [var name, var value]
                ? Right<string, (string, string)>((name.Trim(), value.Trim()))
                : Left<string, (string, string)>($"'{part}' has no '=': write NAME=VALUE with commas between, as in disk=ssd,zone=a")).Sequence())
        .Bind(pairs => pairs.Map(pair => Check(pair.Item1, pair.Item2, isValue, form)).Sequence())
        .Bind(pairs => pairs.GroupBy(pair => pair.Item1).Where(group => group.Count() > 1).ToSeq().HeadOrNone().Match(
            twice => Left<string, HashMap<string, string>>($"'{twice.Key}' is there twice"),
            () => Right<string, HashMap<string, string>>(toHashMap(pairs))));

    private static Either<string, (string, string)> Check(string name, string value, Func<string, bool> isValue, string form) =>
        !IsKey(name) ? Left<string, (string, string)>($"'{name}' is not a name: write NAME or PREFIX/NAME, as in disk or example.com/disk")
        : Marks.IsOwn(name) ? Left<string, (string, string)>($"'{name}' is Backsnap's own")
        : !isValue(value) ? Left<string, (string, string)>($"'{value}' is not a value of '{name}': write {form}")
        : Right<string, (string, string)>((name, value));

    private static Either<string, Node> Taint(string text)
    {
        var (what, effect) = text.Split(':') switch
        {
            [var all] => (all, None),
            [var some, var given] => (some, Some(given.Trim())),
            _ => ("", Some("")),
        };
        var (key, value) = what.Split('=', 2) is [var name, var wanted] ? (name.Trim(), Some(wanted.Trim())) : (what.Trim(), None);
        return Toleration(Some(key), value.IsSome ? "Equal" : "Exists", value, effect, None)
            .MapLeft(why => $"'{text}' is not a toleration: {why}; write KEY=VALUE:EFFECT or KEY:EFFECT, as in dedicated=backup:NoSchedule");
    }

    private static Either<string, Node> Toleration(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return Left<string, Node>("a toleration is an object, as in {\"key\":\"dedicated\",\"operator\":\"Exists\"}");
        }

        var unknown = item.EnumerateObject().Select(field => field.Name).Where(name => name is not ("key" or "operator" or "value" or "effect" or "tolerationSeconds")).ToSeq().HeadOrNone();
        var seconds = item.TryGetProperty("tolerationSeconds", out var given) ? given.TryGetSeconds() : None;
        return unknown.Match(
            name => Left<string, Node>($"a toleration has no field '{name}': it has key, operator, value, effect and tolerationSeconds"),
            () => item.TryGetProperty("tolerationSeconds", out _) && seconds.IsNone
                ? Left<string, Node>("tolerationSeconds is not a whole number")
                : Toleration(Text(item, "key").Filter(key => key.Length > 0), Text(item, "operator").IfNone("Equal"), Text(item, "value"), Text(item, "effect").Filter(effect => effect.Length > 0), seconds));
    }

    private static Either<string, Node> Toleration(Option<string> key, string means, Option<string> value, Option<string> effect, Option<long> seconds) =>
        key.Exists(name => !IsKey(name)) ? Left<string, Node>($"'{key.IfNone("")}' is not the key of a taint")
        : means is not ("Equal" or "Exists") ? Left<string, Node>($"'{means}' is not an operator: Equal or Exists")
        : key.IsNone && means == "Equal" ? Left<string, Node>("without a key the operator must be Exists")
        : means == "Exists" && value.Exists(given => given.Length > 0) ? Left<string, Node>("with the operator Exists there is no value")
        : effect.Exists(given => !Effects.Contains(given)) ? Left<string, Node>($"'{effect.IfNone("")}' is not an effect: {string.Join(", ", Effects)}")
        : value.Exists(given => !IsLabelValue(given)) ? Left<string, Node>($"'{value.IfNone("")}' is not the value of a taint")
        : seconds.IsSome && !effect.Contains("NoExecute") ? Left<string, Node>("tolerationSeconds is only for the effect NoExecute")
        : Right<string, Node>(Node.Object(
            Node.Maybe("key", key), Node.Set("operator", means), Node.Maybe("value", value.Filter(given => given.Length > 0)), Node.Maybe("effect", effect),
            Node.Maybe("tolerationSeconds", seconds.Map(given => (Node)given))));

    private static Either<string, JsonElement> Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Right<string, JsonElement>(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return Left<string, JsonElement>($"'{text}' begins like JSON but is none");
        }
    }

    private static Seq<string> Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToSeq().Strict();

    private static Option<string> Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Some(value.GetString() ?? "") : None;

    private static Option<long> TryGetSeconds(this JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? Some(seconds) : None;

    private static bool IsKey(string text) => text.Split('/') switch
    {
        [var name] => name.Length > 0 && IsLabelValue(name),
        [var prefix, var name] => DnsName.IsSubdomain(prefix) && name.Length > 0 && IsLabelValue(name),
        _ => false,
    };

    private static bool IsLabelValue(string text) =>
        text.Length == 0 || (text.Length <= DnsName.LabelLength && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'));
}
