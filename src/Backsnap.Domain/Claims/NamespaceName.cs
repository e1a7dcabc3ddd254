using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Claims;

/// <summary>The name of a namespace: an RFC 1123 label of 1 to 63 characters.</summary>
public sealed record NamespaceName
{
    private NamespaceName(string value) => Value = value;

    /// <summary>The name as the API server writes it.</summary>
    public string Value { get; }

    /// <summary>Reads a name that a person wrote. Names from the API server are valid already: <see cref="Trusted"/>.</summary>
    public static Either<NameError, NamespaceName> Parse(string text) =>
        DnsName.IsLabel(text)
            ? Right<NameError, NamespaceName>(new NamespaceName(text))
            : Left<NameError, NamespaceName>(new NameError("namespace", text, "a namespace is 1 to 63 lower-case letters, digits and '-', beginning and ending with a letter or digit"));

    /// <summary>Takes a name that the API server has already checked.</summary>
    public static NamespaceName Trusted(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
