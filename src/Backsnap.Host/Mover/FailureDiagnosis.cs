using System.Collections.Immutable;
using System.Globalization;

namespace Backsnap.Host.Mover;

/// <summary>
/// Finds the kind of a failure. Exit codes 10, 11, 12 and 130 speak for themselves. For the rest only the cause is read: what follows the
/// last prefix of a retry line, or the fatal message. Never the hint "Is there a repository at the following location?", which older
/// versions of restic print for TLS and signature errors as well.
/// </summary>
internal static class FailureDiagnosis
{
    // In order of precedence: a TLS error, say, is wrapped in the words of a failed dial, and a refused signature in those of a 403.
    private static readonly ImmutableArray<(FailureKind Kind, ImmutableArray<string> Signs)> Signs =
    [
        (FailureKind.TlsFailed, ["x509:", "tls:", "certificate", "server gave http response to https client", "host key verification failed", "no matching host key"]),
        (FailureKind.ClockSkewed, ["requesttimetooskewed", "difference between the request time"]),
        (FailureKind.WrongCredentials,
        [
            "signaturedoesnotmatch", "request signature we calculated", "invalidaccesskeyid", "access key id you provided", "expiredtoken", "token has expired",
            "invalidtoken", "token included in the request is invalid", "unauthorized", "authenticationfailed",
            "failed to authenticate", "credentials provided are invalid", "no credentials",
            "authorization failed", "permission denied (publickey", "too many authentication failures", "load key",
        ]),
        (FailureKind.BucketMissing, ["nosuchbucket", "bucket does not exist", "containernotfound", "container does not exist", "bucket doesn't exist"]),
        (FailureKind.QuotaExceeded,
            ["quota", "no space left on device", "insufficient storage", "insufficientstorage", "storage full", "storagefull", "507 "]),
        (FailureKind.Throttled,
            ["slowdown", "slow down", "reduce your request rate", "reduce your rate", "too many requests", "toomanyrequests", "serverbusy",
             "serviceunavailable", "service unavailable", "503 ", "429 ", "(503)", "(429)"]),
        (FailureKind.AccessDenied, ["accessdenied", "access denied", "forbidden", "permission denied", "operation not permitted", "read-only file system"]),
        (FailureKind.Unreachable,
        [
            "connection refused", "no such host", "i/o timeout", "network is unreachable", "no route to host", "connection reset",
            "deadline exceeded", "dial tcp", "server misbehaving", "temporary failure in name resolution", "timeout awaiting",
            "unexpected eof", "connection timed out", "bad gateway",
            "gateway timeout", "internal server error", "internalerror", "broken pipe", "host is down", "ssh: ", "client.timeout",
        ]),
        (FailureKind.BadConfiguration,
        [
            "invalid backend", "parsing repository location", "bucket name contains invalid", "invalid bucket name", "bucket name cannot", "unknown flag",
            "unknown shorthand", "please specify repository location", "unable to open cache", "unable to open password", "password is wrong or empty",
            "an empty password is not allowed",
            "invalid pattern", "invalid endpoint", "invalid url", "no such feature", "unknown feature", "is not an absolute path",
            "executable file not found", "no user exists for uid", "didn't find section in config file",
        ]),
    ];

    /// <summary>The kind that a cause shows by its own words; null when it says nothing known.</summary>
    public static FailureKind? KindOf(string cause)
    {
        var text = WithoutHint(cause).ToLower(CultureInfo.InvariantCulture);
        foreach (var (kind, signs) in Signs)
            if (signs.Any(sign => text.Contains(sign, StringComparison.Ordinal)))
                return kind;
        return null;
    }

    /// <summary>What to report of a restic that did not end with 0.</summary>
    public static Failure Of(ResticExit exit) => exit.Ending switch
    {
        ResticEnding.NotStarted(var why) => Failure.BadConfiguration(why),
        ResticEnding.Interrupted => new Failure(FailureKind.Interrupted, ""),
        ResticEnding.LimitPassed(var limit) => TooSlow(exit, limit),
        ResticEnding.Stalled(var limit) => TooSlow(exit, limit),
        ResticEnding.Exited(var code) => OfCode(exit, code),
    };

    private static Failure OfCode(ResticExit exit, int code) => code switch
    {
        10 => new Failure(FailureKind.RepositoryMissing, FatalLine(exit)),
        11 => new Failure(FailureKind.Locked, LockHolder(exit)),
        12 => new Failure(FailureKind.WrongPassword, ""),
        130 => new Failure(FailureKind.Interrupted, ""),
        _ => OfWords(exit, code),
    };

    private static Failure OfWords(ResticExit exit, int code)
    {
        var fatal = FatalLine(exit);
        // Of the programs that it runs, restic itself knows only that they ended.
        if (Helper(exit) is { } said && KindOf(said) is { } byHelper)
            return new Failure(byHelper, OneLine(said));
        if (fatal.Length > 0 && KindOf(fatal) is { } byFatal)
            return new Failure(byFatal, fatal);
        if (exit.LastRetryCause is { } cause && KindOf(cause) is { } byRetry)
            return new Failure(byRetry, OneLine(cause));
        return new Failure(FailureKind.Other, fatal.Length > 0 ? $"exit code {code}, {fatal}" : $"exit code {code}");
    }

    private static string? Helper(ResticExit exit) =>
        exit.ShellSaid ?? exit.Tail.LastOrDefault(line => line.StartsWith("rclone: ", StringComparison.Ordinal) && KindOf(line) is not null);

    private static Failure TooSlow(ResticExit exit, TimeSpan limit)
    {
        var seconds = limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return exit.LastRetryCause is { } cause
            ? new Failure(KindOf(cause) ?? FailureKind.Unreachable, $"{OneLine(cause)} (still so after {seconds} s)")
            : new Failure(FailureKind.Unreachable, $"no answer within {seconds} s");
    }

    // restic says who holds the lock in the lines of its message: pid, host, user, age.
    private static string LockHolder(ResticExit exit) =>
        exit.Holders ?? (exit.ExitError is { } fatal ? OneLine(WithoutFatal(fatal)) : FatalLine(exit));

    private static string FatalLine(ResticExit exit)
    {
        var said = exit.ExitError ?? exit.Tail.LastOrDefault(line => line.StartsWith("Fatal:", StringComparison.Ordinal)) ?? exit.Tail.LastOrDefault() ?? "";
        return OneLine(WithoutHint(WithoutFatal(said)));
    }

    private static string WithoutFatal(string text) =>
        text.StartsWith("Fatal: ", StringComparison.Ordinal) ? text["Fatal: ".Length..] : text;

    private static string WithoutHint(string text) =>
        text.IndexOf("Is there a repository", StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? text[..at] : text;

    private static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
