using System.Collections;
using Backsnap.Domain.Objects;
using Backsnap.Planner;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Logs;

/// <summary>
/// What is logged of a planned action: a sentence, and beside it what can be searched for: verb, kind, namespace and name of the object, and
/// of a status its phase and reason, of what serves a slot the slot.
/// </summary>
internal sealed class ActionLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> fields;
    private readonly string sentence;

    private ActionLine(PlannedAction action, string sentence)
    {
        var (kind, ns, name) = action.Target;
        this.sentence = sentence;
        fields =
        [
            .. new (string Name, string? Value)[]
            {
                ("Verb", action.Verb), ("Kind", kind.Kind), ("Namespace", ns.Value), ("Name", name),
                ("Phase", Status(action, "phase")), ("Reason", Status(action, "reason")), ("Slot", Slot(action)),
            }.Where(field => field.Value is not null).Select(field => new KeyValuePair<string, object?>(field.Name, field.Value)),
        ];
    }

    /// <inheritdoc/>
    public int Count => fields.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => fields[index];

    /// <summary>Logs a sentence about an action: the action and its object, then <paramref name="words"/>.</summary>
    public static void Log(ILogger log, LogLevel level, PlannedAction action, string words)
    {
        if (log.IsEnabled(level))
        {
            var (kind, ns, name) = action.Target;
            log.Log(level, default, new ActionLine(action, $"{action.Verb} {kind} {ns}/{name}{words}"), null, (line, _) => line.sentence);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? Status(PlannedAction action, string field) => action is PlannedAction.SetStatus { Status: Node.Fields status } ? Text(status, field) : null;

    private static string? Slot(PlannedAction action) =>
        action is PlannedAction.Create { Object.Body: Node.Fields body } && Inner(body, "metadata") is { } metadata && Inner(metadata, "annotations") is { } annotations
            ? Text(annotations, Marks.Slot)
            : null;

    private static Node.Fields? Inner(Node.Fields of, string name) => of.Find(name).ToSeq().OfType<Node.Fields>().FirstOrDefault();

    private static string? Text(Node.Fields of, string name) => of.Find(name).ToSeq().OfType<Node.Text>().Select(text => text.Value).FirstOrDefault();
}
