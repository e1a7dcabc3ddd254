using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api;

/// <summary>Events are kept in their core form; events.k8s.io shows the same ones under other field names.</summary>
internal static class EventView
{
    public const string ApiVersion = "events.k8s.io/v1";

    private static readonly (string Core, string View)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ];

    public static bool Applies(string group, string plural) => group == "events.k8s.io" && plural == "events";

    public static JsonObject ToView(JsonObject core, bool asItem = false)
    {
        var view = Renamed(core, Names.ToDictionary(pair => pair.Core, pair => pair.View));
        if (asItem)
        {
            view.Remove("kind");
            view.Remove("apiVersion");
        }
        else
        {
            view["apiVersion"] = ApiVersion;
        }

        return view;
    }

    public static JsonObject ToCore(JsonObject view)
    {
        var core = Renamed(view, Names.ToDictionary(pair => pair.View, pair => pair.Core));
        core["apiVersion"] = "v1";
        return core;
    }

    /// <summary>What this form demands of a new Event, beyond the core one.</summary>
    public static ApiError? Check(JsonObject core)
    {
        var name = core.NameOf() is { Length: > 0 } given ? given : Admission.GenerateName(core.Text("metadata", "generateName") ?? "");
        return Refusal(name, [.. EventRules.CheckNewForm(core)]);
    }

    /// <summary>What this form does not let change.</summary>
    public static ApiError? CheckChange(JsonObject core, JsonObject old) => Refusal(old.NameOf(), [.. EventRules.CheckNewFormChange(core, old)]);

    private static ApiError? Refusal(string name, FieldError[] wrong) => wrong.Length == 0 ? null : ApiError.Invalid(ResourceTypes.Events, name, wrong);

    private static JsonObject Renamed(JsonObject from, Dictionary<string, string> names) =>
        new(from.Select(field => KeyValuePair.Create(names.GetValueOrDefault(field.Key, field.Key), field.Value?.DeepClone())));
}
