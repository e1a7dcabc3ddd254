using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>
/// How long each wait for one claim's sake may last: what its annotations say, else those of its namespace, else the operator. A text that
/// is no duration, or none of any length, changes nothing; it is told.
/// </summary>
/// <param name="Deadlines">What holds.</param>
/// <param name="Mistakes">What could not be read.</param>
internal sealed record OwnDeadlines(Deadlines Deadlines, Seq<BadMark> Mistakes)
{
    /// <summary>The settings, with the deadlines that hold for one claim; the claim may be gone, its namespace's word stays.</summary>
    public static Settings In(ClaimRef claim, Survey survey, Settings settings)
    {
        var own = Of(claim, survey, settings).Deadlines;
        return own == settings.Deadlines ? settings : settings with { Deadlines = own };
    }

    /// <summary>The deadlines that hold for one claim.</summary>
    public static OwnDeadlines Of(ClaimRef claim, Survey survey, Settings settings)
    {
        var home = survey.Namespace(claim.Namespace).Map(found => found.Marks).IfNone(default(HashMap<string, string>));
        var marks = survey.Claim(claim).Map(found => found.Marks).IfNone(default(HashMap<string, string>));
        if (marks.IsEmpty && home.IsEmpty)
        {
            return new OwnDeadlines(settings.Deadlines, Seq<BadMark>());
        }

        Option<Either<BadMark, Duration>> Said(string mark) => (marks.Find(mark) | home.Find(mark)).Map(text => text.Trim()).Filter(text => text.Length > 0).Map(text => Read(mark, text));
        var (snapshot, podStart, job) = (Said(Marks.SnapshotTimeout), Said(Marks.PodStartTimeout), Said(Marks.JobTimeout));
        static Duration Held(Option<Either<BadMark, Duration>> said, Duration otherwise) => said.Bind(read => read.ToOption()).IfNone(otherwise);
        return new OwnDeadlines(
            settings.Deadlines with
            {
                Snapshot = Held(snapshot, settings.Deadlines.Snapshot),
                ClaimBound = Held(snapshot, settings.Deadlines.ClaimBound),
                PodStart = Held(podStart, settings.Deadlines.PodStart),
                Job = Held(job, settings.Deadlines.Job),
            },
            Seq(snapshot, podStart, job).Bind(said => said.ToSeq()).Bind(read => read.Match(Left: Seq1, Right: _ => Seq<BadMark>())).Strict());
    }

    private static Either<BadMark, Duration> Read(string mark, string text) =>
        GoDuration.Parse(text).Match(
            Right: found => found >= Duration.FromSeconds(1)
                ? Right<BadMark, Duration>(found)
                : Left<BadMark, Duration>(new BadMark(mark, $"'{text}' is less than a second; the operator's holds")),
            Left: why => Left<BadMark, Duration>(new BadMark(mark, $"{why}; the operator's holds")));
}
