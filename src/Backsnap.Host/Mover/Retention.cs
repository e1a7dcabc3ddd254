using System.Collections.Immutable;
using Backsnap.Domain.Movers;

namespace Backsnap.Host.Mover;

/// <summary>Which snapshots restic's <c>forget</c> keeps; never empty, so that it can never mean "none".</summary>
internal sealed record Retention
{
    private Retention(ImmutableArray<string> arguments) => Arguments = arguments;

    /// <summary>The policy as restic's options.</summary>
    public ImmutableArray<string> Arguments { get; }

    /// <summary>Snapshots with this tag are never forgotten, whatever the policy.</summary>
    public const string KeepTag = "keep";

    /// <summary>Reads a policy in the language of <see cref="RetentionText"/>.</summary>
    /// <returns>The policy, or what is wrong with the text.</returns>
    public static (Retention? Policy, string? Error) Parse(string text)
    {
        var rules = RetentionText.Rules(text);
        return rules.Length == 0 ? (null, "--keep names no rule: that would keep nothing")
            : rules.Select(rule => RetentionText.Problem(rule)).Somes().FirstOrDefault() is { } problem ? (null, $"--keep: {problem}")
            : (new Retention([.. rules.Select(Option)]), null);
    }

    private static string Option(string rule) =>
        rule.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value] ? $"--keep-{name}={value}" : throw new System.Diagnostics.UnreachableException();
}
