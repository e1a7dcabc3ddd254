using System.CommandLine;
using System.Globalization;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>The values of the flags: from the command line, else from the environment, else the defaults. Errors name the flag that was used.</summary>
internal sealed class FlagValues(ParseResult parsed, IReadOnlyDictionary<Flag, System.CommandLine.Option<string>> options, Func<string, string?> environment)
{
    /// <summary>The text of a flag.</summary>
    public string Text(Flag flag) => Given(flag) ?? environment(flag.Variable) ?? flag.Default;

    /// <summary>The text of a flag, if it is not empty.</summary>
    public LanguageExt.Option<string> Maybe(Flag flag) => Text(flag) is { Length: > 0 } text ? Some(text) : None;

    /// <summary>A switch.</summary>
    public Validation<string, bool> Switch(Flag flag) => Parse(flag, text => text.ToLowerInvariant() switch
    {
        "" or "true" or "1" or "yes" => Right<string, bool>(true),
        "false" or "0" or "no" => Right<string, bool>(false),
        _ => Left<string, bool>($"'{text}' is neither true nor false"),
    });

    /// <summary>A duration.</summary>
    public Validation<string, Duration> Duration(Flag flag) => Parse(flag, GoDuration.Parse);

    /// <summary>A whole number of at least 1.</summary>
    public Validation<string, int> Count(Flag flag) => Count(flag, 1);

    /// <summary>A whole number of at least so many.</summary>
    public Validation<string, int> Count(Flag flag, int least) => Parse(flag, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? Right<string, int>(number)
            : Left<string, int>($"'{text}' is not a whole number of at least {least}"));

    /// <summary>A whole number; 0 stands for no limit.</summary>
    public Validation<string, int> Limit(Flag flag) => Parse(flag, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Right<string, int>(number)
            : Left<string, int>($"'{text}' is not a whole number; 0 is for no limit"));

    /// <summary>An amount of memory, kept as written.</summary>
    public Validation<string, string> Amount(Flag flag) => Parse(flag, text => Quantity.Parse(text).Map(_ => text));

    /// <summary>An amount of CPU, kept as written: cores, or thousandths of one with an m.</summary>
    public Validation<string, string> Cpu(Flag flag) => Parse(flag, text =>
        decimal.TryParse(text.EndsWith('m') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? Right<string, string>(text)
            : Left<string, string>($"'{text}' is not an amount of CPU: write cores or thousandths, as in 1, 0.5 or 50m"));

    /// <summary>A schedule; empty is allowed.</summary>
    public Validation<string, string> Schedule(Flag flag) => Parse(flag, text =>
        text.Trim().Length == 0 ? Right<string, string>("") : Domain.Schedules.Schedule.Parse(text).Map(_ => text).MapLeft(error => error.Message));

    /// <summary>A retention policy as the mover reads it.</summary>
    public Validation<string, string> Retention(Flag flag) => Parse(flag, text => RetentionText.IsPolicy(text)
        ? Right<string, string>(text)
        : Left<string, string>($"'{text}' is not a retention policy: write NAME=COUNT with commas between, NAME one of last, hourly, daily, weekly, monthly, yearly"));

    /// <summary>A whole number from 0 to <paramref name="most"/>.</summary>
    public Validation<string, int> UpTo(Flag flag, int most) => Parse(flag, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? Right<string, int>(number)
            : Left<string, int>($"'{text}' is not a whole number from 0 to {most}"));

    /// <summary>A value that may be left out.</summary>
    public Validation<string, LanguageExt.Option<T>> Optional<T>(Flag flag, Func<string, Either<string, T>> parse) =>
        Text(flag).Length == 0 ? Success<string, LanguageExt.Option<T>>(LanguageExt.Option<T>.None) : Parse(flag, parse).Map(Some);

    /// <summary>Names of namespaces with commas between.</summary>
    public Validation<string, Seq<NamespaceName>> Names(Flag flag) => Parse(flag, text => text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToSeq().Strict()
        .Map(NamespaceName.Parse).Sequence().MapLeft(error => error.Message).Map(names => names.Strict()));

    /// <summary>A value of any other form.</summary>
    public Validation<string, T> Parse<T>(Flag flag, Func<string, Either<string, T>> parse) => parse(Text(flag)).Match(
        Right: Success<string, T>,
        Left: problem => Fail<string, T>($"{Place(flag)}: {problem}"));

    /// <summary>Credentials that stand where others can read them.</summary>
    public Seq<string> Warnings() => Flags.All.Where(flag => flag.IsSecret && Given(flag) is { Length: > 0 })
        .Select(flag => $"--{flag.Name} on the command line can be read by everybody who sees the process or the Deployment: use the environment or --secret-file")
        .ToSeq().Strict();

    private string? Given(Flag flag) => parsed.GetResult(options[flag]) is { Implicit: false } result ? result.GetValueOrDefault<string>() ?? "" : null;

    private string Place(Flag flag) => Given(flag) is not null || environment(flag.Variable) is null ? $"--{flag.Name}" : flag.Variable;
}
