using Backsnap.Host.Operator;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>
/// Where the repository's credentials come from: the file of <c>--secret-file</c>, the environment, and, for those who used the
/// original, flags; what comes first wins. Only variables that restic knows are taken.
/// </summary>
internal static class CredentialSource
{
    private static readonly string[] Names =
    [
        "RESTIC_REPOSITORY", "RESTIC_PASSWORD", "RESTIC_PASSWORD_COMMAND", "RESTIC_KEY_HINT", "RESTIC_COMPRESSION", "RESTIC_PACK_SIZE", "RESTIC_READ_CONCURRENCY",
        "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD", "RESTIC_AWS_ASSUME_ROLE_ARN", "RESTIC_AWS_ASSUME_ROLE_SESSION_NAME", "RESTIC_AWS_ASSUME_ROLE_EXTERNAL_ID",
        "RESTIC_AWS_ASSUME_ROLE_POLICY", "RESTIC_AWS_ASSUME_ROLE_REGION", "RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION",
        "AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY", "AZURE_ACCOUNT_SAS", "AZURE_ENDPOINT_SUFFIX", "B2_ACCOUNT_ID", "B2_ACCOUNT_KEY",
        "GOOGLE_PROJECT_ID", "GOOGLE_ACCESS_TOKEN",
        "OS_AUTH_URL", "OS_REGION_NAME", "OS_USERNAME", "OS_USER_ID", "OS_PASSWORD", "OS_TENANT_ID", "OS_TENANT_NAME", "OS_USER_DOMAIN_NAME", "OS_USER_DOMAIN_ID",
        "OS_PROJECT_NAME", "OS_PROJECT_DOMAIN_NAME", "OS_PROJECT_DOMAIN_ID", "OS_TRUST_ID", "OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_NAME",
        "OS_APPLICATION_CREDENTIAL_SECRET", "OS_STORAGE_URL", "OS_AUTH_TOKEN", "ST_AUTH", "ST_USER", "ST_KEY",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    ];

    // Proxies and regions of the machine that the operator runs on are not the repository's credentials.
    private static readonly System.Collections.Generic.HashSet<string> OnlyFromFile = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    /// <summary>Reads them all.</summary>
    public static Validation<string, Credentials> Read(FlagValues values, Func<string, string?> environment) =>
        (ReadFile(values.Text(Flags.SecretFile)), ReadAuthority(values.Text(Flags.CaFile), environment("RESTIC_CACERT"))).Apply((file, authority) =>
        {
            var found = new Dictionary<string, string>(file);
            foreach (var name in Names.Where(name => !OnlyFromFile.Contains(name)))
            {
                if (environment(name) is { Length: > 0 } value)
                {
                    found.TryAdd(name, value);
                }
            }

            foreach (var (flag, name) in new[] { (Flags.S3AccessKeyId, "AWS_ACCESS_KEY_ID"), (Flags.S3SecretAccessKey, "AWS_SECRET_ACCESS_KEY"), (Flags.ResticPassword, "RESTIC_PASSWORD") })
            {
                if (values.Text(flag) is { Length: > 0 } value)
                {
                    found[name] = value;
                }
            }

            authority.IfSome(pem => found[Credentials.Authority] = pem);
            return new Credentials(found);
        });

    private static Validation<string, IReadOnlyDictionary<string, string>> ReadFile(string path)
    {
        if (path.Length == 0)
        {
            return Success<string, IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());
        }

        try
        {
            return Parse(path, File.ReadAllLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Fail<string, IReadOnlyDictionary<string, string>>($"--secret-file {path} cannot be read: {failure.Message}");
        }
    }

    private static Validation<string, IReadOnlyDictionary<string, string>> Parse(string path, string[] lines)
    {
        var entries = lines.Select((line, index) => (Line: line.Trim(), Number: index + 1)).Where(entry => entry.Line.Length > 0 && entry.Line[0] != '#').ToList();
        var bad = entries.FirstOrDefault(entry => entry.Line.IndexOf('=', StringComparison.Ordinal) is var at && (at <= 0 || !Names.Contains(entry.Line[..at].Trim())));
        return bad.Line is null
            ? Success<string, IReadOnlyDictionary<string, string>>(entries
                .Select(entry => entry.Line.Split('=', 2))
                .GroupBy(pair => pair[0].Trim())
                .ToDictionary(group => group.Key, group => Unquote(group.Last()[1].Trim()), StringComparer.Ordinal))
            : Fail<string, IReadOnlyDictionary<string, string>>(
                $"--secret-file {path}, line {bad.Number}: expected NAME=VALUE with a variable that restic knows, such as RESTIC_PASSWORD or AWS_ACCESS_KEY_ID{Named(bad.Line)}");
    }

    // Half of a password may stand before the sign: only what looks like the name of a variable is said.
    private static string Named(string line) =>
        line.Split('=')[0].Trim() is { Length: <= 64 } name && line.Contains('=', StringComparison.Ordinal) && name.Contains('_', StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')
            ? $", not {name}"
            : "";

    private static string Unquote(string value) => value is ['"', .., '"'] or ['\'', .., '\''] ? value[1..^1] : value;

    private static Validation<string, Option<string>> ReadAuthority(string flag, string? variable)
    {
        var path = flag.Length > 0 ? flag : variable ?? "";
        try
        {
            return Success<string, Option<string>>(path.Length == 0 ? None : Some(File.ReadAllText(path)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Fail<string, Option<string>>($"{(flag.Length > 0 ? "--ca-file" : "RESTIC_CACERT")} {path} cannot be read: {failure.Message}");
        }
    }
}
