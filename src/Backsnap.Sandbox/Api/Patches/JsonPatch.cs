using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>JSON patch, RFC 6902.</summary>
internal static class JsonPatch
{
    /// <summary>What came of applying a patch.</summary>
    internal abstract record Result
    {
        private Result() { }

        public sealed record Patched(JsonNode? Node) : Result;

        /// <summary>The patch is not one.</summary>
        public sealed record Malformed(string Why) : Result;

        /// <summary>A test failed, or a path leads nowhere.</summary>
        public sealed record DoesNotApply(string Why) : Result;
    }

    public static Result Apply(JsonNode target, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            return new Result.Malformed("a JSON patch is an array of operations");
        }

        // A holder, so that the whole document can be replaced as any field can.
        var holder = new JsonObject { ["root"] = target.DeepClone() };
        foreach (var operation in operations)
        {
            if (operation is not JsonObject || operation.Text("op") is not { } op || operation.Text("path") is not { } path || !IsPointer(path))
            {
                return new Result.Malformed("an operation needs op and path");
            }

            if (ApplyOne(holder, op, Parse(path), operation.AsObject()) is { } failure)
            {
                return failure;
            }
        }

        return new Result.Patched(holder["root"]?.DeepClone());
    }

    private static Result? ApplyOne(JsonObject holder, string op, string[] path, JsonObject operation) => op switch
    {
        "add" or "replace" or "test" when !operation.ContainsKey("value") => new Result.Malformed($"{op} needs a value"),
        "add" => Add(holder, path, operation["value"]?.DeepClone()),
        "remove" => Remove(holder, path),
        "replace" => Replace(holder, path, operation["value"]?.DeepClone()),
        "test" => Find(holder, path) is { Found: true, Value: var value } && JsonNode.DeepEquals(value, operation["value"])
            ? null
            : new Result.DoesNotApply($"testing value /{string.Join('/', path[1..])} failed"),
        "move" or "copy" => Transfer(holder, op, path, operation.Text("from")),
        _ => new Result.Malformed($"unknown operation {op}"),
    };

    private static Result? Transfer(JsonObject holder, string op, string[] path, string? from)
    {
        if (from is null || !IsPointer(from))
        {
            return new Result.Malformed($"{op} needs from");
        }

        if (Find(holder, Parse(from)) is not { Found: true, Value: var value })
        {
            return Missing(op, Parse(from));
        }

        var copy = value?.DeepClone();
        return (op == "move" ? Remove(holder, Parse(from)) : null) ?? Add(holder, path, copy);
    }

    private static Result? Add(JsonObject holder, string[] path, JsonNode? value)
    {
        switch (Find(holder, path.AsSpan(..^1)).Value)
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                return null;
            case JsonArray items when path[^1] == "-":
                items.Add(value);
                return null;
            case JsonArray items when Index(path[^1]) is { } index && index <= items.Count:
                items.Insert(index, value);
                return null;
            default:
                return Missing("add", path);
        }
    }

    private static Result? Remove(JsonObject holder, string[] path)
    {
        switch (Find(holder, path.AsSpan(..^1)).Value)
        {
            case JsonObject parent when parent.Remove(path[^1]):
                return null;
            case JsonArray items when Index(path[^1]) is { } index && index < items.Count:
                items.RemoveAt(index);
                return null;
            default:
                return Missing("remove", path);
        }
    }

    private static Result? Replace(JsonObject holder, string[] path, JsonNode? value)
    {
        if (!Find(holder, path).Found)
        {
            return Missing("replace", path);
        }

        switch (Find(holder, path.AsSpan(..^1)).Value)
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                return null;
            case JsonArray items when Index(path[^1]) is { } index:
                items[index] = value;
                return null;
            default:
                return Missing("replace", path);
        }
    }

    private static (bool Found, JsonNode? Value) Find(JsonNode holder, ReadOnlySpan<string> path)
    {
        JsonNode? node = holder;
        foreach (var step in path)
        {
            switch (node)
            {
                case JsonObject parent when parent.TryGetPropertyValue(step, out var child):
                    node = child;
                    break;
                case JsonArray items when Index(step) is { } index && index < items.Count:
                    node = items[index];
                    break;
                default:
                    return (false, null);
            }
        }

        return (true, node);
    }

    private static Result.DoesNotApply Missing(string op, string[] path) => new($"{op} operation does not apply: doc is missing path: /{string.Join('/', path[1..])}");

    private static bool IsPointer(string path) => path.Length == 0 || path[0] == '/';

    private static string[] Parse(string pointer) =>
        ["root", .. pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static int? Index(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (text == "0" || text[0] != '0') ? index : null;
}
