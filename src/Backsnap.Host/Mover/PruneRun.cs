using System.Globalization;
using System.Text.RegularExpressions;

namespace Backsnap.Host.Mover;

/// <summary>What a prune did, in bytes as stored, as far as restic says it.</summary>
internal sealed record PruneFigures(long BytesRemoved, long BytesRemaining);

/// <summary>Frees what no snapshot refers to any more. Forgets nothing: which snapshots there are is the backups' affair.</summary>
internal static partial class PruneRun
{
    /// <summary>Runs it; waits for whoever uses the repository.</summary>
    public static async Task<MoverOutcome> Run(MaintainRequest request, Restic restic, MoverLog log, CancellationToken stop)
    {
        if (await Probe.Trouble(restic, request.Patience, stop).ConfigureAwait(false) is { } trouble)
            return MoverOutcome.Of(trouble);
        var exit = await new RepositoryLocks(restic, request.Patience, log).Run(new ResticCall(["prune"]) { KeepOutput = true }, stop).ConfigureAwait(false);
        return exit.Succeeded ? new MoverOutcome.Pruned(Parse(exit.Output)) : MoverOutcome.Of(FailureDiagnosis.Of(exit));
    }

    /// <summary>Reads restic's account, which is text even with <c>--json</c> (up to 0.19.1 at least); what is not found is zero.</summary>
    internal static PruneFigures Parse(string output) => new(Bytes(Total().Match(output)), Bytes(Remaining().Match(output)));

    private static long Bytes(Match match)
    {
        if (!match.Success || !double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
            return 0;
        var power = match.Groups[2].Value switch { "KiB" => 1, "MiB" => 2, "GiB" => 3, "TiB" => 4, _ => 0 };
        return (long)Math.Min(amount * Math.Pow(1024, power), 9e18);
    }

    private const string Amount = @"\s+\d+ blobs / ([0-9.]{1,12}) ([KMGT]?i?B)";

    [GeneratedRegex("total prune:" + Amount)]
    private static partial Regex Total();

    [GeneratedRegex("remaining:" + Amount)]
    private static partial Regex Remaining();
}
