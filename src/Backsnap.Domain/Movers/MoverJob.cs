using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Movers;

/// <summary>
/// Where a Job stands, read from its conditions. A Job whose conditions say only SuccessCriteriaMet or FailureTarget still has
/// pods to end and is <see cref="Unfinished"/>.
/// </summary>
public abstract record JobState
{
    private JobState() { }

    /// <summary>Not final.</summary>
    public sealed record Unfinished : JobState;

    /// <summary>Condition Complete.</summary>
    public sealed record Complete(Instant At) : JobState;

    /// <summary>Condition Failed, with the Job controller's reason and message.</summary>
    public sealed record Failed(Instant At, string Reason, string Message) : JobState;
}

/// <summary>A Job that runs the mover.</summary>
public sealed record MoverJob(Identity Id, JobState State)
{
    /// <summary>When its controller must have ended it: its start and its <c>activeDeadlineSeconds</c>; None before it was taken up.</summary>
    public Option<Instant> EndsBy { get; init; }

    /// <summary>The Secrets that its containers' variables come from.</summary>
    public Seq<string> Secrets { get; init; }

    /// <summary>Whether it went on when what it was made for was over already: its end was not waited for.</summary>
    public bool Outlived(Instant end) => State switch
    {
        JobState.Unfinished => true,
        JobState.Complete complete => complete.At > end,
        JobState.Failed failed => failed.At > end,
    };
}

/// <summary>Where a mover's pod stands.</summary>
public abstract record PodState
{
    private PodState() { }

    /// <summary>Not running yet; the diagnosis is what its conditions and containers say (unschedulable, image, volume).</summary>
    public sealed record Waiting(Option<string> Diagnosis) : PodState
    {
        /// <summary>
        /// Whether the diagnosis is only what every pod says on its way (ContainerCreating, ContainersNotReady): then an Event may know more. Why a
        /// volume cannot be attached or mounted stands nowhere else.
        /// </summary>
        public bool SaysLittle { get; init; }
    }

    /// <summary>The container runs.</summary>
    public sealed record Running : PodState;

    /// <summary>The container ended. The report is absent where the termination message is missing or not a report of ours.</summary>
    public sealed record Ended(Instant At, int ExitCode, string Reason, Option<MoverReport> Report) : PodState;
}

/// <summary>A pod of a mover Job.</summary>
public sealed record MoverPod(Identity Id, PodState State)
{
    /// <summary>The node that it was given to.</summary>
    public Option<string> Node { get; init; }
}
