using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Backsnap.Analyzers;

/// <summary>A member that a pattern looks into: where values come from, and what they can be.</summary>
internal sealed record Place(string Name, ITypeSymbol Type, bool MayBeNull)
{
    public static Place Of(string name, ITypeSymbol type) => new(name, type, type.NullableAnnotation == NullableAnnotation.Annotated);
}

/// <summary>
/// What a pattern matches, as far as exhaustiveness needs to know it. Whatever is not understood becomes <see cref="Never"/>,
/// so that a doubt never makes a switch count as exhaustive.
/// </summary>
internal abstract record Shape
{
    private Shape()
    {
    }

    /// <summary>Matches everything, null too.</summary>
    public sealed record Any : Shape;

    /// <summary>Matches nothing that can be counted on.</summary>
    public sealed record Never : Shape;

    public sealed record Null : Shape;

    /// <summary>A bool or an enum's value.</summary>
    public sealed record Constant(object Value) : Shape;

    /// <summary>A value that is a <paramref name="Type"/> and whose members match.</summary>
    public sealed record Is(ITypeSymbol Type, ImmutableArray<(Place Place, Shape Shape)> Members) : Shape;

    /// <summary>Everything but the values of <paramref name="Type"/>; null too.</summary>
    public sealed record IsNot(ITypeSymbol Type) : Shape;

    public sealed record Either(Shape Left, Shape Right) : Shape;

    public static Shape Of(IPatternOperation pattern) => pattern switch
    {
        IDiscardPatternOperation => new Any(),
        IDeclarationPatternOperation { MatchesNull: true } => new Any(),
        IDeclarationPatternOperation { MatchedType: { } type } => new Is(type, []),
        ITypePatternOperation { MatchedType: { } type } => new Is(type, []),
        IConstantPatternOperation constant => OfConstant(constant),
        IRecursivePatternOperation recursive => new Is(recursive.MatchedType, Subpatterns(recursive)),
        INegatedPatternOperation negated => OfNegated(negated),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } or =>
            new Either(Of(or.LeftPattern), Of(or.RightPattern)),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } and =>
            Both(Of(and.LeftPattern), Of(and.RightPattern)),
        _ => new Never(),
    };

    private static Shape OfConstant(IConstantPatternOperation pattern) => pattern.Value.ConstantValue switch
    {
        { HasValue: true, Value: null } => new Null(),
        { HasValue: true, Value: { } value }
            when pattern.InputType.SpecialType == SpecialType.System_Boolean || pattern.InputType.TypeKind == TypeKind.Enum =>
            new Constant(value),
        _ => new Never(),
    };

    private static Shape OfNegated(INegatedPatternOperation negated) => Of(negated.Pattern) switch
    {
        Null => new Is(negated.InputType, []),
        Is { Members.IsEmpty: true } type => new IsNot(type.Type),
        _ => new Never(),
    };

    private static Shape Both(Shape left, Shape right) => (left, right) switch
    {
        (Any, _) => right,
        (_, Any) => left,
        (Is outer, Is inner) when ClosedHierarchy.IsA(inner.Type, outer.Type) => inner with { Members = outer.Members.AddRange(inner.Members) },
        (Is outer, Is inner) when ClosedHierarchy.IsA(outer.Type, inner.Type) => outer with { Members = outer.Members.AddRange(inner.Members) },
        _ => new Never(),
    };

    private static ImmutableArray<(Place Place, Shape Shape)> Subpatterns(IRecursivePatternOperation pattern) =>
    [
        .. pattern.DeconstructionSubpatterns.Select((subpattern, index) => (Positional(pattern, subpattern, index), Of(subpattern))),
        .. pattern.PropertySubpatterns.Select(subpattern => (Named(subpattern), Of(subpattern.Pattern))),
    ];

    private static Place Positional(IRecursivePatternOperation pattern, IPatternOperation subpattern, int index) =>
        pattern switch
        {
            { DeconstructSymbol: IMethodSymbol deconstruct } =>
                // An extension method's first parameter is the value itself.
                deconstruct.Parameters[deconstruct.Parameters.Length - pattern.DeconstructionSubpatterns.Length + index] is var parameter
                    ? Place.Of(parameter.Name, parameter.Type)
                    : Place.Of($"#{index}", subpattern.InputType),
            { MatchedType: INamedTypeSymbol { IsTupleType: true } tuple } => Place.Of($"Item{index + 1}", tuple.TupleElements[index].Type),
            _ => Place.Of($"#{index}", subpattern.InputType),
        };

    private static Place Named(IPropertySubpatternOperation subpattern) => subpattern.Member switch
    {
        IPropertyReferenceOperation property => Place.Of(property.Property.Name, property.Property.Type),
        IFieldReferenceOperation field => Place.Of((field.Field.CorrespondingTupleField ?? field.Field).Name, field.Field.Type),
        _ => Place.Of("?", subpattern.Pattern.InputType),
    };
}
