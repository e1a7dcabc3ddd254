namespace Backsnap.Host.Mover;

/// <summary>What a check found.</summary>
/// <param name="Errors">How many errors restic counted; 0 in a sound repository.</param>
/// <param name="BrokenPacks">Packs whose content is not what it should be; only seen where data was read.</param>
/// <param name="SuggestPrune">Whether restic advises a prune, which is no error.</param>
internal sealed record CheckFigures(long Errors, int BrokenPacks, bool SuggestPrune);

/// <summary>Verifies the repository's structure and, part by part from run to run, that the stored data can be read.</summary>
internal sealed class CheckRun(MaintainRequest request, Restic restic, MoverLog log)
{
    private const string Damage = "repository contains errors";

    private readonly List<string> errors = [];
    private CheckFigures figures = new(0, 0, false);

    /// <summary>Runs it; a damaged repository is a failure of its own kind, with the first errors as warnings.</summary>
    public async Task<(MoverOutcome Outcome, Warnings Warnings)> Run(CancellationToken stop)
    {
        if (await Probe.Trouble(restic, request.Patience, stop).ConfigureAwait(false) is { } trouble)
            return (MoverOutcome.Of(trouble), Warnings.None);
        var exit = await new RepositoryLocks(restic, request.Patience, log).Run(
            new ResticCall(["check", "--json", .. request.Subset is { } subset ? new[] { $"--read-data-subset={subset}" } : []]) { OnMessage = Hear }, stop).ConfigureAwait(false);
        var warnings = new Warnings(errors.Count, [.. errors.Take(Warnings.Kept)]);
        return exit.Succeeded
            ? (new MoverOutcome.Checked(figures, request.Subset), warnings)
            : (MoverOutcome.Of(OfDamage(exit) ?? FailureDiagnosis.Of(exit)), warnings);
    }

    // A store that does not answer makes errors of a check as well, but says nothing of the repository.
    private Failure? OfDamage(ResticExit exit) =>
        exit.ExitError?.Contains(Damage, StringComparison.Ordinal) == true && (exit.LastRetryCause is not { } cause || FailureDiagnosis.KindOf(cause) is null)
            ? new Failure(
                FailureKind.RepositoryDamaged,
                $"{figures.Errors} errors" + (figures.BrokenPacks > 0 ? $", {figures.BrokenPacks} broken packs" : "") + (errors.Count > 0 ? $", the first: {errors[0]}" : ""))
            : null;

    private void Hear(ResticMessage message)
    {
        if (message is ResticMessage.Checked found)
            figures = found.Figures;
        else if (message is ResticMessage.FileError(_, var why) && why.Trim() is { Length: > 0 } text)
        {
            errors.Add(text);
            if (errors.Count <= Warnings.Kept)
                log.Line($"restic: {text}");
        }
    }
}
