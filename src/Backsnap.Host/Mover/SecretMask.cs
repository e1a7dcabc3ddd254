using System.Collections.Immutable;
using System.Text;

namespace Backsnap.Host.Mover;

/// <summary>
/// Takes the values of secrets out of whatever is printed or reported. Values shorter than four characters are left: they occur in
/// ordinary words by chance, and keep nothing secret.
/// </summary>
internal sealed class SecretMask
{
    private const string Mask = "***";
    private const int ShortestSecret = 4;

    private readonly ImmutableArray<string> secrets;

    /// <param name="values">The secrets; of values with several lines each line is one too.</param>
    public SecretMask(IEnumerable<string> values) =>
        secrets =
        [
            .. values
                .SelectMany(value => value.Split('\n', StringSplitOptions.TrimEntries).Append(value))
                .SelectMany(value => new[] { value, Uri.EscapeDataString(WellFormed(value)) })
                .Where(value => value.Length >= ShortestSecret)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(value => value.Length),
        ];

    /// <summary>The text without any of the secrets.</summary>
    public string Apply(string text)
    {
        if (!Holds(text))
            return text;
        var hidden = new bool[text.Length];
        foreach (var secret in secrets)
            foreach (var at in Places(text, secret))
                hidden.AsSpan(at, secret.Length).Fill(true);

        var masked = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (!hidden[at])
                masked.Append(text[at]);
            else if (at == 0 || !hidden[at - 1])
                masked.Append(Mask);
        }

        // What is left on both sides of a mask may, with its stars, spell another secret.
        return masked.ToString() is var result && Holds(result) ? Mask : result;
    }

    // Overlapping ones too: "aXa" is twice in "aXaXa".
    private static IEnumerable<int> Places(string text, string secret)
    {
        for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(secret, at + 1, StringComparison.Ordinal))
            yield return at;
    }

    private bool Holds(string text) => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
