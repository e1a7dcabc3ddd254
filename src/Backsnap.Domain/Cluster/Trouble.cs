using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Cluster;

/// <summary>The API server refused a write that an object needed: until when it is left alone, and what was answered.</summary>
public sealed record Trouble(Instant Until, string Why)
{
    /// <summary>How long what waits for a missing right keeps its place.</summary>
    public static Duration Patience { get; } = Duration.FromMinutes(2);

    /// <summary>Whether an object could not be made for want of a right. Of a status that could not be written it is never said: it would be written in vain again.</summary>
    public bool Forbidden { get; init; }

    /// <summary>Whether the write may have been done although nobody said so: the answer was lost, or was none.</summary>
    public bool Uncertain { get; init; }

    /// <summary>What a trouble is filed under: the PVCBackup or PVCRestore, by kind and name, that the write was for.</summary>
    public static string KeyOf(ObjectKind kind, NamespaceName ns, string name) => $"{kind.Kind} {ns}/{name}";

    /// <summary>The namespace and name that a key of <see cref="KeyOf"/> names, if it is one of this kind.</summary>
    public static Option<(NamespaceName Namespace, string Name)> Named(ObjectKind kind, string key) =>
        key.StartsWith(kind.Kind + " ", StringComparison.Ordinal) && key[(kind.Kind.Length + 1)..].Split('/') is [var home, var name]
            ? NamespaceName.Parse(home).ToOption().Map(ns => (ns, name))
            : Prelude.None;
}
