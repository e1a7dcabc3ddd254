using Microsoft.CodeAnalysis;

namespace Backsnap.Analyzers;

/// <summary>One of the finitely many kinds of value that a place can hold.</summary>
internal abstract record Value
{
    private Value()
    {
    }

    /// <summary>Whether <paramref name="shape"/> matches this, leaving its members aside.</summary>
    public abstract bool Matches(Shape shape);

    public sealed record Null : Value
    {
        public override bool Matches(Shape shape) => shape is Shape.Any or Shape.Null or Shape.IsNot;
    }

    public sealed record Constant(ITypeSymbol Type, object Content) : Value
    {
        public override bool Matches(Shape shape) => shape switch
        {
            Shape.Any => true,
            Shape.Constant constant => Equals(constant.Value, Content),
            Shape.Is type => ClosedHierarchy.IsA(Type, type.Type),
            _ => false,
        };
    }

    public sealed record Of(ITypeSymbol Type) : Value
    {
        public override bool Matches(Shape shape) => shape switch
        {
            Shape.Any => true,
            Shape.Is type => ClosedHierarchy.IsA(Type, type.Type),
            // Only a case that can never be of the type: one that might be derived from it is left in doubt.
            Shape.IsNot type => Type is INamedTypeSymbol { IsSealed: true } && !ClosedHierarchy.IsA(Type, type.Type),
            _ => false,
        };
    }
}

internal static class Values
{
    public static IEnumerable<Value> Of(Place place)
    {
        var type = Underlying(place.Type);
        var values = NotNull(type);
        return place.MayBeNull || !ReferenceEquals(type, place.Type) ? values.Prepend(new Value.Null()) : values;
    }

    private static IEnumerable<Value> NotNull(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Boolean)
        {
            return [new Value.Constant(type, true), new Value.Constant(type, false)];
        }

        if (type.TypeKind == TypeKind.Enum)
        {
            return type.GetMembers().OfType<IFieldSymbol>()
                .Where(field => field.HasConstantValue)
                .Select(field => field.ConstantValue!)
                .Distinct()
                .Select(value => new Value.Constant(type, value));
        }

        var cases = ClosedHierarchy.Cases(type);
        return cases.IsEmpty ? [new Value.Of(type)] : cases.Select(@case => new Value.Of(@case));
    }

    private static ITypeSymbol Underlying(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : type;
}
