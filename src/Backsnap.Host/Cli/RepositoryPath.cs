using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>Where a claim's repository lies below the base of all.</summary>
internal static class RepositoryPath
{
    private const string Namespace = "{namespace}";
    private const string Claim = "{claim}";

    /// <summary>
    /// Reads a template such as <c>prod/{namespace}/{claim}</c>. Both names must be in it, in two different parts of the path: were they in
    /// one, as in <c>{namespace}-{claim}</c>, two claims (a-b/c and a/b-c) could get the same repository.
    /// </summary>
    public static Either<string, string> Parse(string text) => text.Trim('/').Split('/') switch
    {
        _ when Count(text, Namespace) != 1 || Count(text, Claim) != 1 => Left<string, string>($"'{text}' must hold {Namespace} and {Claim}, each once, as in cluster-1/{Namespace}/{Claim}"),
        var parts when parts.Any(part => part.Contains(Namespace, StringComparison.Ordinal) && part.Contains(Claim, StringComparison.Ordinal)) =>
            Left<string, string>($"'{text}' must have a / between {Namespace} and {Claim}, else two claims could get the same repository"),
        var parts when !parts.All(IsPart) => Left<string, string>(
            $"'{text}' is not a path: letters, digits, dots, dashes and underscores are allowed beside {Namespace} and {Claim}, with one / between"),
        var parts => Right<string, string>(string.Join('/', parts)),
    };

    private static bool IsPart(string part) =>
        part is not ("" or "." or "..")
        && part.Replace(Namespace, "", StringComparison.Ordinal).Replace(Claim, "", StringComparison.Ordinal).All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
