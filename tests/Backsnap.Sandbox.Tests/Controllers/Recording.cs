using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>What a real cluster did, told in the names of the sandbox: its driver, classes and node.</summary>
internal sealed class Recording
{
    private static readonly (string Theirs, string Ours)[] Names =
    [
        ("csi-hostpath-wffc", "backsnap-local-wait"),
        ("csi-hostpath-snap", "backsnap-snapshot"),
        ("csi-hostpath", "backsnap-local"),
        ("hostpath.csi.k8s.io", "sandbox.csi.backsnap.skyb.it"),
        ("localhost/none:none", "missing.invalid/none:none"),
        ("\"vm\"", "\"sandbox\""),
        (" to vm\"", " to sandbox\""),
    ];

    private readonly List<JsonObject> steps;

    public Recording(string file)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", file));
        text = Names.Aggregate(text, (told, name) => told.Replace(name.Theirs, name.Ours, StringComparison.Ordinal));
        steps = [.. JsonNode.Parse(text)!["steps"]!.AsArray().Select(step => step!.AsObject())];
    }

    /// <summary>The object that the recorded client created under this name.</summary>
    public JsonObject Request(ResourceType type, string name) => steps
        .Where(step => step.Text("request", "method") == "POST" && step.Text("request", "body", "kind") == type.Kind)
        .Select(step => step.Child("request", "body")!)
        .First(body => body.NameOf() == name)
        .DeepClone().AsObject();

    /// <summary>The forms that an object (or the first whose name begins so) has had, one after the other; the last is null when it is gone.</summary>
    public IReadOnlyList<JsonObject?> History(ResourceType type, string nameOrStart)
    {
        var events = Events(type).ToList();
        var name = events.Select(change => change.Child("object")!.NameOf())
            .First(found => found == nameOrStart || (nameOrStart.EndsWith('-') && found.StartsWith(nameOrStart, StringComparison.Ordinal)));
        return [.. events.Where(change => change.Child("object")!.NameOf() == name)
            .Select(change => change.Text("type") == "DELETED" ? null : change.Child("object"))];
    }

    /// <summary>The Events about an object (or the objects whose names begin so), each as "Type Reason Message", without repetition.</summary>
    public IReadOnlyList<string> EventsAbout(string nameOrStart) =>
    [
        .. Events(ResourceTypes.Events).Select(change => change.Child("object")!)
            .Where(told => told.Text("involvedObject", "name") is { } name
                && (name == nameOrStart || (nameOrStart.EndsWith('-') && name.StartsWith(nameOrStart, StringComparison.Ordinal))))
            .Select(told => Projections.Neutral($"{told.Text("type")} {told.Text("reason")} {told.Text("message")}"))
            .Distinct(),
    ];

    private IEnumerable<JsonObject> Events(ResourceType type) =>
        steps.SelectMany(step => step.Items("events").OfType<JsonObject>()).Where(change => change.Text("object", "kind") == type.Kind);
}
