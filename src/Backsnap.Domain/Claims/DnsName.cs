namespace Backsnap.Domain.Claims;

/// <summary>The two name forms of the Kubernetes API: RFC 1123 labels (63 characters) and subdomains (253 characters).</summary>
public static class DnsName
{
    /// <summary>The most characters a label may have; names of Jobs and label values share this limit.</summary>
    public const int LabelLength = 63;

    /// <summary>The most characters a subdomain may have.</summary>
    public const int SubdomainLength = 253;

    /// <summary>Whether <paramref name="text"/> is an RFC 1123 label.</summary>
    public static bool IsLabel(string text) =>
        text.Length is > 0 and <= LabelLength && text.All(c => IsAlphanumeric(c) || c == '-') && IsAlphanumeric(text[0]) && IsAlphanumeric(text[^1]);

    /// <summary>Whether <paramref name="text"/> is an RFC 1123 subdomain: labels joined by dots.</summary>
    public static bool IsSubdomain(string text) =>
        text.Length is > 0 and <= SubdomainLength
        && text.Split('.').All(part => part.Length > 0 && part.All(c => IsAlphanumeric(c) || c == '-') && IsAlphanumeric(part[0]) && IsAlphanumeric(part[^1]));

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
