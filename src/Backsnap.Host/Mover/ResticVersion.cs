using System.Globalization;
using System.Text.RegularExpressions;

namespace Backsnap.Host.Mover;

/// <summary>restic's version; exit code 12 exists since 0.17.1, without which a wrong password could not be told from other failures.</summary>
internal sealed partial record ResticVersion(int Major, int Minor, int Patch) : IComparable<ResticVersion>
{
    public static readonly ResticVersion Oldest = new(0, 17, 1);

    /// <summary>The first version whose restore can leave out extended attributes by name.</summary>
    public bool HasXattrFilter => CompareTo(new ResticVersion(0, 18, 0)) >= 0;

    /// <summary>Reads the line that <c>restic version</c> prints; null when it is another.</summary>
    public static ResticVersion? Parse(string text) =>
        Form().Match(text) is { Success: true } match ? new ResticVersion(Number(match, 1), Number(match, 2), Number(match, 3)) : null;

    /// <inheritdoc/>
    public int CompareTo(ResticVersion? other) =>
        other is null ? 1 : (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^restic (\d{1,6})\.(\d{1,6})\.(\d{1,6})")]
    private static partial Regex Form();
}

/// <summary>A restic whose version is known to be one that the mover understands, or why there is none.</summary>
internal abstract record CheckedRestic
{
    private CheckedRestic()
    {
    }

    public sealed record Usable(Restic Restic, ResticVersion Version) : CheckedRestic;

    public sealed record Unusable(Failure Failure) : CheckedRestic;

    /// <summary>Asks restic for its version, which needs no repository.</summary>
    public static async Task<CheckedRestic> Check(Restic restic, CancellationToken stop)
    {
        var exit = await restic.Run(new ResticCall(["version"]) { Limit = TimeSpan.FromSeconds(30), KeepOutput = true }, stop).ConfigureAwait(false);
        if (!exit.Succeeded)
            return new Unusable(FailureDiagnosis.Of(exit));
        return ResticVersion.Parse(exit.Output) switch
        {
            null => new Unusable(Failure.BadConfiguration($"'{exit.Output.Trim()}' is not what restic answers to 'version'")),
            var old when old.CompareTo(ResticVersion.Oldest) < 0 =>
                new Unusable(Failure.BadConfiguration($"restic {old} is too old, {ResticVersion.Oldest} is needed")),
            var version => new Usable(restic.WithFeatures(), version),
        };
    }
}
