using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>The base of all repositories: <c>--repository</c>, else S3 host and bucket, else RESTIC_REPOSITORY beside the credentials.</summary>
internal static class RepositoryAddress
{
    /// <summary>Reads it. It stands in Jobs and plans for all to see, so it must hold no password.</summary>
    public static Validation<string, string> Read(FlagValues values, Option<string> fromSecret, bool complete) =>
        (values.Text(Flags.Repository), values.Text(Flags.S3Host), values.Text(Flags.S3Bucket)) switch
        {
            ({ Length: > 0 }, { Length: > 0 }, _) => Fail<string, string>("--repository and --s3-host exclude each other: give the one or the other"),
            ({ Length: > 0 } address, _, _) => Clean(address),
            (_, { Length: > 0 } host, { Length: > 0 } bucket) => Clean($"s3:{host.TrimEnd('/')}/{bucket.Trim('/')}"),
            (_, { Length: > 0 }, _) => Fail<string, string>("--s3-host is given without --s3-bucket: name the bucket"),
            (_, _, { Length: > 0 }) => Fail<string, string>("--s3-bucket is given without --s3-host: name the server, as in s3.eu-west-1.amazonaws.com"),
            _ => fromSecret.Match(
                Clean,
                () => complete
                    ? Fail<string, string>("no repository is named: set --repository (or BACKSNAP_REPOSITORY), or --s3-host and --s3-bucket")
                    : Success<string, string>("REPOSITORY")),
        };

    private static Validation<string, string> Clean(string address) => HoldsPassword(address)
        ? Fail<string, string>("the repository's address holds a password, which everybody who can read Jobs would see: give it as RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD in --secret-file")
        : Success<string, string>(address);

    // NAME:PASSWORD@ before the host; a colon that only a port follows is none of it, nor is an @ within a path.
    private static bool HoldsPassword(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme >= 0 ? address[(scheme + 3)..] : address.StartsWith("s3:", StringComparison.Ordinal) || address.StartsWith("rest:", StringComparison.Ordinal) ? address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..] : "";
        var (colon, slash, at) = (rest.IndexOf(':', StringComparison.Ordinal), rest.IndexOf('/', StringComparison.Ordinal), rest.IndexOf('@', StringComparison.Ordinal));
        return colon >= 0 && at > colon && (slash < 0 || colon < slash)
            && !(slash > colon && slash < at && rest[(colon + 1)..slash].All(char.IsAsciiDigit));
    }
}
