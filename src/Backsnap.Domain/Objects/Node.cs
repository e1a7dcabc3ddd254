using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Objects;

/// <summary>
/// A piece of a manifest, as immutable data with structural equality. The planner writes whole objects in it; the shell
/// turns it into JSON. It is not a parser's tree: what the API server answers is read into records of its own.
/// </summary>
public abstract record Node
{
    private Node() { }

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : Node;

    /// <summary>A whole number.</summary>
    public sealed record Whole(long Value) : Node;

    /// <summary>A truth value.</summary>
    public sealed record Flag(bool Value) : Node;

    /// <summary>The JSON null: in a merge patch it removes the field.</summary>
    public sealed record Nothing : Node;

    /// <summary>A list, in order.</summary>
    public sealed record Items(Seq<Node> Values) : Node;

    /// <summary>An object; its fields keep the order in which they were written.</summary>
    public sealed record Fields(Seq<Field> Values) : Node
    {
        /// <summary>The value of a field, if it is there.</summary>
        public Option<Node> Find(string name) => Values.Find(field => field.Name == name).Map(field => field.Value);
    }

    /// <summary>One field of an object.</summary>
    public sealed record Field(string Name, Node Value);

    /// <summary>An object of the given fields, without those that are absent.</summary>
    public static Node Object(params Option<Field>[] fields) => new Fields(fields.ToSeq().Bind(field => field.ToSeq()).Strict());

    /// <summary>A list of the given values.</summary>
    public static Node List(params Node[] values) => new Items(values.ToSeq().Strict());

    /// <summary>A list of the given values.</summary>
    public static Node List(Seq<Node> values) => new Items(values.Strict());

    /// <summary>A list of strings.</summary>
    public static Node Texts(Seq<string> values) => new Items(values.Map(value => (Node)new Text(value)).Strict());

    /// <summary>An object of strings, sorted by name so that equal maps make equal nodes.</summary>
    public static Node Map(HashMap<string, string> values) =>
        new Fields(values.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new Field(pair.Key, new Text(pair.Value))).ToSeq().Strict());

    /// <summary>A field that is always there.</summary>
    public static Option<Field> Set(string name, Node value) => Some(new Field(name, value));

    /// <summary>A field that is left out where its value is absent.</summary>
    public static Option<Field> Maybe(string name, Option<Node> value) => value.Map(present => new Field(name, present));

    /// <summary>A string field that is left out where its value is absent.</summary>
    public static Option<Field> Maybe(string name, Option<string> value) => value.Map(present => new Field(name, new Text(present)));

    /// <summary>A list field that is left out where the list is empty.</summary>
    public static Option<Field> Unless0(string name, Seq<string> values) => values.IsEmpty ? None : Set(name, Texts(values));

    /// <summary>A map field that is left out where the map is empty.</summary>
    public static Option<Field> Unless0(string name, HashMap<string, string> values) => values.IsEmpty ? None : Set(name, Map(values));

    /// <summary>A string as a node.</summary>
    public static implicit operator Node(string value) => new Text(value);

    /// <summary>A whole number as a node.</summary>
    public static implicit operator Node(long value) => new Whole(value);

    /// <summary>A truth value as a node.</summary>
    public static implicit operator Node(bool value) => new Flag(value);
}
