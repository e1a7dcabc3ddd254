using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>Looks into manifests for what laws speak of.</summary>
internal static class NodePaths
{
    /// <summary>The node at a path of names.</summary>
    public static Option<Node> Inner(Node node, params ReadOnlySpan<string> path)
    {
        var current = Some(node);
        foreach (var step in path)
        {
            var name = step;
            current = current.Bind(found => found is Node.Fields fields ? fields.Find(name) : None);
        }

        return current;
    }

    /// <summary>The text at a path of names.</summary>
    public static Option<string> At(Node node, params ReadOnlySpan<string> path) =>
        Inner(node, path).Bind(found => found is Node.Text text ? Some(text.Value) : None);

    /// <summary>Every object within a node, at any depth.</summary>
    public static Seq<Node.Fields> Objects(Node node) => node switch
    {
        Node.Fields fields => Seq1(fields).Then(fields.Values.Bind(field => Objects(field.Value))),
        Node.Items items => items.Values.Bind(Objects),
        Node.Text or Node.Whole or Node.Flag or Node.Nothing => Seq<Node.Fields>(),
    };
}
