using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Amounts such as 64Mi, in the places where built-in kinds have them.</summary>
internal static partial class Quantities
{
    public const string Rule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly string[] Holders = ["requests", "limits", "capacity"];

    /// <summary>The first amount that is none, or null.</summary>
    public static string? FirstMalformed(JsonObject obj)
    {
        var spec = obj.Child("spec");
        var pod = spec.Child("template", "spec") ?? spec;
        var places = new[] { spec.Child("resources"), spec, obj.Child("status") }
            .Concat(pod.Items("containers").Concat(pod.Items("initContainers")).Select(container => container.Child("resources")));
        return places
            .SelectMany(place => Holders.Select(holder => place.Child(holder)))
            .SelectMany(amounts => amounts ?? [])
            .Select(amount => amount.Value?.ToString() ?? "")
            .FirstOrDefault(text => !Quantity().IsMatch(text));
    }

    [GeneratedRegex(@"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?\z")]
    private static partial Regex Quantity();
}
