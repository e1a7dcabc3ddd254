namespace Backsnap.Domain.Claims;

/// <summary>A name that Kubernetes would refuse: what it should have named, the text, and what is allowed.</summary>
public sealed record NameError(string What, string Text, string Allowed)
{
    /// <summary>The sentence for a person.</summary>
    public string Message => $"'{Text}' is not a {What} name: {Allowed}";
}
