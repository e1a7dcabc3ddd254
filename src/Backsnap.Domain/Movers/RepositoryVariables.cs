using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Movers;

/// <summary>
/// The environment variables by which a repository is found and opened: restic's own, those of the stores, and the proxies on the way
/// there. A list, and not whatever a Secret happens to hold: what is not in it never becomes part of a mover's environment.
/// </summary>
public static class RepositoryVariables
{
    /// <summary>The repository's address.</summary>
    public const string Repository = "RESTIC_REPOSITORY";

    /// <summary>A command that prints the password. It is only taken from the operator's own settings: a mover runs it, with a mover's rights.</summary>
    public const string PasswordCommand = "RESTIC_PASSWORD_COMMAND";

    /// <summary>Proxies; those of the machine that the operator runs on are nobody's credentials.</summary>
    public static Seq<string> Proxies { get; } = Seq("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

    /// <summary>All of them.</summary>
    public static Seq<string> All { get; } = Sequences.Join(
        Seq(
            Repository, "RESTIC_PASSWORD", PasswordCommand, "RESTIC_KEY_HINT", "RESTIC_COMPRESSION", "RESTIC_PACK_SIZE", "RESTIC_READ_CONCURRENCY",
            "RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD", "RESTIC_AWS_ASSUME_ROLE_ARN", "RESTIC_AWS_ASSUME_ROLE_SESSION_NAME", "RESTIC_AWS_ASSUME_ROLE_EXTERNAL_ID",
            "RESTIC_AWS_ASSUME_ROLE_POLICY", "RESTIC_AWS_ASSUME_ROLE_REGION", "RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT",
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION",
            "AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY", "AZURE_ACCOUNT_SAS", "AZURE_ENDPOINT_SUFFIX", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
            "B2_ACCOUNT_ID", "B2_ACCOUNT_KEY",
            "GOOGLE_PROJECT_ID", "GOOGLE_ACCESS_TOKEN",
            "OS_AUTH_URL", "OS_REGION_NAME", "OS_USERNAME", "OS_USER_ID", "OS_PASSWORD", "OS_TENANT_ID", "OS_TENANT_NAME", "OS_USER_DOMAIN_NAME", "OS_USER_DOMAIN_ID",
            "OS_PROJECT_NAME", "OS_PROJECT_DOMAIN_NAME", "OS_PROJECT_DOMAIN_ID", "OS_TRUST_ID", "OS_APPLICATION_CREDENTIAL_ID", "OS_APPLICATION_CREDENTIAL_NAME",
            "OS_APPLICATION_CREDENTIAL_SECRET", "OS_STORAGE_URL", "OS_AUTH_TOKEN", "ST_AUTH", "ST_USER", "ST_KEY"),
        Proxies);

    /// <summary>Those that a namespace's own Secret may set.</summary>
    public static Seq<string> OfNamespaces { get; } = All.Filter(name => name != PasswordCommand).Strict();
}
