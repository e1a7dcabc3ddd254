using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Host.Operator;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>
/// Where the repository's credentials come from: the file of <c>--secret-file</c>, the environment, and, for those who used the
/// original, flags; what comes first wins. Only variables that restic knows are taken, and what a mover hands to it as files.
/// </summary>
internal static class CredentialSource
{
    /// <summary>Reads them all.</summary>
    public static Validation<string, Credentials> Read(FlagValues values, Func<string, string?> environment) =>
        (ReadFile(values.Text(Flags.SecretFile)), ReadAuthority(values.Text(Flags.CaFile), environment("RESTIC_CACERT"))).Apply((file, authority) =>
        {
            var found = new Dictionary<string, string>(file);
            foreach (var name in Known.Filter(name => !RepositoryVariables.Proxies.Contains(name)))
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
        var bad = entries.FirstOrDefault(entry => entry.Line.IndexOf('=', StringComparison.Ordinal) is var at && (at <= 0 || !Known.Contains(entry.Line[..at].Trim())));
        return bad.Line is null
            ? Success<string, IReadOnlyDictionary<string, string>>(entries
                .Select(entry => entry.Line.Split('=', 2))
                .GroupBy(pair => pair[0].Trim())
                .ToDictionary(group => group.Key, group => Value(group.Key, group.Last()[1].Trim()), StringComparer.Ordinal))
            : Fail<string, IReadOnlyDictionary<string, string>>(
                $"--secret-file {path}, line {bad.Number}: expected NAME=VALUE with a variable that restic knows, such as RESTIC_PASSWORD or AWS_ACCESS_KEY_ID{Named(bad.Line)}");
    }

    // Half of a password may stand before the sign: only what looks like the name of a variable is said.
    private static string Named(string line) =>
        line.Split('=')[0].Trim() is { Length: <= 64 } name && line.Contains('=', StringComparison.Ordinal) && name.Contains('_', StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')
            ? $", not {name}"
            : "";

    private static Seq<string> Known { get; } = Sequences.Join(RepositoryVariables.All, RepositoryFiles.All);

    // A file has lines, which a line of this one can only hold as \n.
    private static string Value(string name, string written) =>
        RepositoryFiles.All.Contains(name) ? Unquote(written).Replace("\\n", "\n", StringComparison.Ordinal) : Unquote(written);

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
