using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Backsnap.Analyzers;

/// <summary>
/// Whether the arms of a switch match every value, given that closed hierarchies have no cases but their own.
/// The algorithm is that of L. Maranget, "Warnings for pattern matching" (JFP 17:3, 2007): take the first place, split it into what
/// its values can be, and ask the same of each part with the arms that are left.
/// </summary>
internal static class Exhaustiveness
{
    /// <summary>Whether the arms without a guard match everything that <paramref name="input"/> can be.</summary>
    public static bool Holds(ISwitchExpressionOperation operation, Place input) =>
        Covers(
            [input],
            [.. operation.Arms
                .Where(arm => arm.Guard is null or { ConstantValue: { HasValue: true, Value: true } })
                .Select(arm => ImmutableList.Create(Shape.Of(arm.Pattern)))]);

    private static bool Covers(ImmutableList<Place> places, ImmutableArray<ImmutableList<Shape>> rows) =>
        places.IsEmpty
            ? !rows.IsEmpty
            : Values.Of(places[0]).All(value => CoversValue(value, places.RemoveAt(0), Flatten(rows)));

    private static bool CoversValue(Value value, ImmutableList<Place> rest, ImmutableArray<ImmutableList<Shape>> rows)
    {
        var matching = rows.Where(row => value.Matches(row[0])).ToImmutableArray();
        var members = matching
            .SelectMany(row => row[0] is Shape.Is type ? type.Members : [])
            .Select(member => member.Place)
            .GroupBy(place => place.Name)
            .Select(group => group.First())
            .ToImmutableArray();
        return Covers(
            rest.InsertRange(0, members),
            [.. matching.Select(row => row.RemoveAt(0).InsertRange(0, members.Select(place => Inside(row[0], place))))]);
    }

    private static Shape Inside(Shape shape, Place place)
    {
        var inside = shape is Shape.Is type
            ? type.Members.Where(member => member.Place.Name == place.Name).Select(member => member.Shape).ToArray()
            : [];
        return inside.Length switch
        {
            0 => new Shape.Any(),
            1 => inside[0],
            // Both would have to hold; that is not worth understanding.
            _ => new Shape.Never(),
        };
    }

    private static ImmutableArray<ImmutableList<Shape>> Flatten(ImmutableArray<ImmutableList<Shape>> rows) =>
        [.. rows.SelectMany(row => Alternatives(row[0]).Select(shape => row.SetItem(0, shape)))];

    private static IEnumerable<Shape> Alternatives(Shape shape) =>
        shape is Shape.Either either ? Alternatives(either.Left).Concat(Alternatives(either.Right)) : [shape];
}
