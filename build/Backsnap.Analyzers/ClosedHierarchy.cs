using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Backsnap.Analyzers;

/// <summary>
/// A choice: an abstract class that only its nested types can derive from, because all its constructors are private.
/// The copy constructor that the compiler adds to a record is protected and does not count.
/// </summary>
internal static class ClosedHierarchy
{
    /// <summary>The cases of <paramref name="type"/> that can exist at run time; empty when it is not a closed hierarchy.</summary>
    public static ImmutableArray<INamedTypeSymbol> Cases(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named || !IsClosed(named.OriginalDefinition))
        {
            return [];
        }

        var root = named.OriginalDefinition;
        var derived = Nested(root).Where(nested => DerivesFrom(nested, root)).ToImmutableArray();
        return derived.All(nested => !nested.IsAbstract || IsClosed(nested))
            ? derived.RemoveAll(nested => nested.IsAbstract)
            : [];
    }

    /// <summary>Whether every <paramref name="type"/> is a <paramref name="ancestor"/>, whatever the type arguments are.</summary>
    public static bool IsA(ITypeSymbol type, ITypeSymbol ancestor) =>
        ancestor.SpecialType == SpecialType.System_Object
        || Same(type, ancestor)
        || (type is INamedTypeSymbol named && DerivesFrom(named, ancestor))
        || type.AllInterfaces.Any(implemented => Same(implemented, ancestor));

    // A referenced assembly shows no private constructors at all, so having none but the copy constructor is being closed.
    private static bool IsClosed(INamedTypeSymbol type) =>
        type is { IsAbstract: true, TypeKind: TypeKind.Class }
        && type.InstanceConstructors.All(constructor =>
            constructor.DeclaredAccessibility == Accessibility.Private || IsCopyConstructor(constructor));

    private static bool IsCopyConstructor(IMethodSymbol constructor) =>
        constructor.ContainingType.IsRecord
        && constructor.Parameters.Length == 1
        && Same(constructor.Parameters[0].Type, constructor.ContainingType);

    private static IEnumerable<INamedTypeSymbol> Nested(INamedTypeSymbol type) =>
        type.GetTypeMembers().SelectMany(nested => Nested(nested).Prepend(nested));

    private static bool DerivesFrom(INamedTypeSymbol type, ITypeSymbol ancestor)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (Same(current, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(ITypeSymbol left, ITypeSymbol right) =>
        SymbolEqualityComparer.Default.Equals(left.OriginalDefinition, right.OriginalDefinition);
}
