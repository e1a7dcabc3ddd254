using System.Collections.Immutable;
using Backsnap.Domain.Movers;

namespace Backsnap.Host.Mover;

/// <summary>
/// What of our environment restic gets: the variables that it or its backends read, by name, and nothing else. Credentials reach it only
/// this way, never by its command line, which other processes can read.
/// </summary>
internal static class ResticEnvironment
{
    private static readonly ImmutableHashSet<string> Names = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "PATH", "HOME", "TMPDIR", "GOMEMLIMIT", "GOGC", "GOMAXPROCS",
        "RESTIC_PASSWORD", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND", "RESTIC_KEY_HINT", "RESTIC_CACERT", "RESTIC_TLS_CLIENT_CERT",
        "RESTIC_CACHE_DIR", "RESTIC_COMPRESSION", "RESTIC_PACK_SIZE", "RESTIC_READ_CONCURRENCY", "RESTIC_FEATURES", "RESTIC_REST_USERNAME",
        "RESTIC_REST_PASSWORD", "RESTIC_AWS_ASSUME_ROLE_ARN", "RESTIC_AWS_ASSUME_ROLE_SESSION_NAME", "RESTIC_AWS_ASSUME_ROLE_EXTERNAL_ID",
        "RESTIC_AWS_ASSUME_ROLE_POLICY", "RESTIC_AWS_ASSUME_ROLE_REGION", "RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY", "AZURE_ACCOUNT_SAS", "AZURE_ENDPOINT_SUFFIX", "AZURE_FORCE_CLI_CREDENTIAL",
        "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
        "B2_ACCOUNT_ID", "B2_ACCOUNT_KEY", "GOOGLE_PROJECT_ID", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_ACCESS_TOKEN",
        "ST_AUTH", "ST_USER", "ST_KEY",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy");

    private static readonly ImmutableArray<string> Families = ["OS_", "RCLONE_"];

    // A variable of these names holds a secret itself, unless it says where the secret lies.
    private static readonly ImmutableArray<string> SecretWords =
        ["PASSWORD", "SECRET", "TOKEN", "ACCOUNT_KEY", "ACCOUNT_SAS", "ST_KEY", "_PASS", "PRIVATE_KEY", "ACCESS_KEY"];

    private static readonly ImmutableArray<string> PasswordNames = ["RESTIC_PASSWORD", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND"];

    private static readonly ImmutableArray<string> NoSecretEndings = ["_FILE", "_COMMAND", "_HINT"];

    /// <summary>The variables to give to restic.</summary>
    /// <param name="ours">The mover's own environment.</param>
    /// <param name="repository">The repository, passed as a variable because its address may hold a password.</param>
    /// <param name="cacheDirectory">Where restic keeps its cache; from 0.19 on it fails without a usable one.</param>
    public static ImmutableDictionary<string, string> For(IReadOnlyDictionary<string, string> ours, string repository, string cacheDirectory) =>
        ours.Where(pair => Names.Contains(pair.Key) || Families.Any(family => pair.Key.StartsWith(family, StringComparison.Ordinal)))
            .ToImmutableDictionary(StringComparer.Ordinal)
            .SetItem("RESTIC_REPOSITORY", repository)
            .SetItem("RESTIC_CACHE_DIR", cacheDirectory)
            // Without a limit restic 0.18 wrote 691 status lines in 13 s.
            .SetItem("RESTIC_PROGRESS_FPS", "1")
            // --time and the buckets of --keep-hourly and --keep-daily are read in local time.
            .SetItem("TZ", "UTC");

    /// <summary>
    /// Lets unchanged directories of a cloned volume count as unchanged: each clone has a new device number, which otherwise makes every
    /// directory's metadata be stored again. A feature of 0.17 and newer.
    /// </summary>
    public static ImmutableDictionary<string, string> WithFeatures(ImmutableDictionary<string, string> environment) =>
        environment.TryGetValue("RESTIC_FEATURES", out var set)
            ? set.Contains("device-id-for-hardlinks", StringComparison.Ordinal)
                ? environment
                : environment.SetItem("RESTIC_FEATURES", set.Length == 0 ? DeviceIdFeature : $"{set},{DeviceIdFeature}")
            : environment.SetItem("RESTIC_FEATURES", DeviceIdFeature);

    /// <summary>
    /// Names the certificates for restic that a Secret may or may not hold (<see cref="OptionalAuthority"/>): a file that is not there would stop it.
    /// </summary>
    /// <param name="environment">The mover's own environment.</param>
    /// <param name="find">The file at a path, null where there is none.</param>
    public static IReadOnlyDictionary<string, string> WithAuthority(IReadOnlyDictionary<string, string> environment, Func<string, string?> find) =>
        environment.TryGetValue(OptionalAuthority, out var path) && !environment.ContainsKey("RESTIC_CACERT") && find(path) is { } found
            ? environment.ToImmutableDictionary(StringComparer.Ordinal).SetItem("RESTIC_CACERT", found)
            : environment;

    /// <summary>The variable that names certificates which may be there.</summary>
    public const string OptionalAuthority = "BACKSNAP_CACERT";

    /// <summary>
    /// Names for restic's backends the files that a Secret may or may not hold (<see cref="RepositoryFiles"/>). What is set already stays.
    /// </summary>
    /// <param name="environment">The mover's own environment.</param>
    /// <param name="find">The file of a name; null where there is none.</param>
    public static IReadOnlyDictionary<string, string> WithFiles(IReadOnlyDictionary<string, string> environment, Func<string, string?> find) =>
        FileVariables.Where(file => !environment.ContainsKey(file.Variable) && find(file.Name) is not null)
            .Aggregate(WithAuthorityOfRclone(environment), (all, file) => all.Add(file.Variable, find(file.Name)!));

    // restic's own option for it does not reach the rclone that it runs.
    private static ImmutableDictionary<string, string> WithAuthorityOfRclone(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue("RESTIC_CACERT", out var path) && !environment.ContainsKey("RCLONE_CA_CERT")
            ? environment.ToImmutableDictionary(StringComparer.Ordinal).Add("RCLONE_CA_CERT", path)
            : environment.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<(string Variable, string Name)> FileVariables =
        [("GOOGLE_APPLICATION_CREDENTIALS", RepositoryFiles.GoogleCredentials), ("RCLONE_CONFIG", RepositoryFiles.RcloneConfiguration)];

    /// <summary>The values that must never be printed: of secret variables, and passwords within addresses.</summary>
    public static IEnumerable<string> Secrets(IReadOnlyDictionary<string, string> environment) =>
        environment.Where(pair => IsSecret(pair.Key)).Select(pair => pair.Value)
            .Concat(environment.Values.SelectMany(PasswordsInAddress));

    /// <summary>Whether restic can learn the repository's password from this environment.</summary>
    public static bool HasPassword(IReadOnlyDictionary<string, string> environment) =>
        PasswordNames.Any(name => environment.TryGetValue(name, out var value) && value.Length > 0);

    private const string DeviceIdFeature = "device-id-for-hardlinks=true";

    private static bool IsSecret(string name) =>
        SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !NoSecretEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    // scheme://user:password@host, also behind restic's own prefixes ("rest:https://…"), as written and decoded.
    private static IEnumerable<string> PasswordsInAddress(string value)
    {
        var start = value.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return [];
        var rest = value[(start + 3)..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        return at > 0 && colon >= 0 && colon < at ? [authority[(colon + 1)..at], Uri.UnescapeDataString(authority[(colon + 1)..at])] : [];
    }
}
