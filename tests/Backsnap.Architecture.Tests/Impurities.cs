using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Backsnap.Architecture.Tests;

/// <summary>
/// The members that an assembly uses and a pure one must not: clocks, chance, input and output, concurrency. The banned-API analyzer
/// says the same while the code is written; this reads what was compiled, so that neither a suppression nor generated code slips by.
/// </summary>
internal static class Impurities
{
    private static readonly string[] Namespaces = ["System.IO", "System.Net", "System.Threading", "Microsoft"];

    private static readonly string[] Types =
    [
        "System.Console", "System.Random", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Environment", "System.HashCode", "System.AppContext",
        "NodaTime.SystemClock", "NodaTime.IClock", "NodaTime.ZonedClock",
    ];

    private static readonly string[] Members =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.TimeZoneInfo.get_Local",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.String.GetHashCode", "NodaTime.IDateTimeZoneProvider.GetSystemDefault",
    ];

    // The compiler's own: iterators remember the thread that made them.
    private static readonly string[] Harmless = ["System.Environment.get_CurrentManagedThreadId"];

    /// <summary>What is found, as Type.Member, sorted.</summary>
    public static string[] Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.MemberReferences
                .Select(handle => metadata.GetMemberReference(handle))
                .Where(member => TypeName(metadata, member.Parent) is { } type && IsImpure(type, $"{type}.{metadata.GetString(member.Name)}"))
                .Select(member => $"{TypeName(metadata, member.Parent)}.{metadata.GetString(member.Name)}")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsImpure(string type, string member) =>
        !Harmless.Contains(member)
        && (Members.Contains(member)
            || Types.Contains(type)
            || Namespaces.Any(name => type.StartsWith(name + ".", StringComparison.Ordinal) && !type.EndsWith("Attribute", StringComparison.Ordinal)));

    // A generic type's members hang on a specification, whose signature begins with the type itself.
    private static string? TypeName(MetadataReader metadata, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => FullName(metadata, (TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => GenericName(metadata, metadata.GetTypeSpecification((TypeSpecificationHandle)parent)),
        _ => null,
    };

    private static string FullName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{FullName(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{metadata.GetString(type.Name)}"
            : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    private static string? GenericName(MetadataReader metadata, TypeSpecification specification)
    {
        var signature = metadata.GetBlobReader(specification.Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        signature.ReadCompressedInteger();
        var type = signature.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? FullName(metadata, (TypeReferenceHandle)type) : null;
    }
}
