using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner.Movers;

/// <summary>What the owner of a claim should know of its backups although they succeed.</summary>
internal static class ClaimNotices
{
    /// <summary>The notices of a claim.</summary>
    public static Plan Of(Claim claim, Survey survey, Settings settings) =>
        settings.Scope.Covers(claim.Id.Namespace) && !claim.IsTemporary && !claim.Id.Deleting
            ? Plan.Concat(BadMarks(claim, survey, settings).Concat(Withheld(claim, survey).ToSeq()))
            : Plan.Empty;

    // Most claims say nothing, nor do their namespaces: there is nothing to read.
    private static IEnumerable<Plan> BadMarks(Claim claim, Survey survey, Settings settings) =>
        claim.Marks.IsEmpty && !survey.Namespace(claim.Id.Namespace).Exists(home => !home.Marks.IsEmpty)
            ? []
            : BackupWishes.Of(claim, survey, settings).Mistakes.Then(OwnDeadlines.Of(claim.Ref, survey, settings).Mistakes)
                .GroupBy(mistake => mistake.Name)
                .Select(group => Plan.Tell(
                    ObjectKind.Claim, claim.Id, $"Bad{Word(group.Key)}", $"annotation {group.Key}: {string.Join("; ", group.Select(mistake => mistake.Message))}"));

    // The condition stands on the PVCBackup; who looks at the claim shall see it as well, until a backup with content ends it.
    private static Option<Plan> Withheld(Claim claim, Survey survey) =>
        survey.BackupsOf(claim.Ref)
            .Where(backup => backup.IsSuccess)
            .OrderByDescending(backup => backup.Id.Created).ThenByDescending(backup => backup.Id.Name, StringComparer.Ordinal)
            .ToSeq().HeadOrNone()
            .Bind(newest => newest.Conditions.Find(condition => condition.Type == Conditions.RetentionWithheld && condition.Holds)
                .Map(condition => Plan.Tell(
                    ObjectKind.Claim, claim.Id, Conditions.RetentionWithheld,
                    $"{condition.Message} (annotation {Marks.AcknowledgeShrink}: that id, or a time until which it holds)")));

    // exclude-caches becomes ExcludeCaches: an Event's reason is a word.
    private static string Word(string mark) =>
        string.Concat(mark[(mark.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
}
