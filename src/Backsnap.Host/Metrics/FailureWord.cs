using Backsnap.Domain.Backups;

namespace Backsnap.Host.Metrics;

/// <summary>
/// The reason of a failure as a label's value. A status' reason may come from a mover's report, which anybody who can run a pod can write:
/// words that are none of ours would make series without end.
/// </summary>
internal static class FailureWord
{
    /// <summary>For a word that is not known.</summary>
    public const string Other = nameof(Other);

    /// <summary>The reason where it is known, else <see cref="Other"/>.</summary>
    public static string Of(string reason) => FailureReason.IsKnown(reason) ? reason : Other;
}
