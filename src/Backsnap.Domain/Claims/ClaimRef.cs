using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Claims;

/// <summary>Which claim: its namespace and name. It says nothing of whether the claim exists, or exists again under the same name.</summary>
public sealed record ClaimRef(NamespaceName Namespace, string Name)
{
    /// <summary>Reads <c>namespace/claim</c>.</summary>
    public static Either<NameError, ClaimRef> Parse(string text) =>
        text.Split('/') is [var ns, var name] && DnsName.IsSubdomain(name)
            ? NamespaceName.Parse(ns).Map(parsed => new ClaimRef(parsed, name))
            : Left<NameError, ClaimRef>(new NameError("claim", text, "write NAMESPACE/CLAIM, as in shop/orders"));

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
