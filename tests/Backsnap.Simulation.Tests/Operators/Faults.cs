using NodaTime;

namespace Backsnap.Simulation.Tests.Operators;

/// <summary>What can befall one call to the API.</summary>
internal enum CallFault
{
    /// <summary>The operator dies before the request leaves it.</summary>
    CrashBefore,

    /// <summary>The operator dies after the server has acted, before it reads the answer.</summary>
    CrashAfter,

    /// <summary>The server has acted, and the connection breaks before it answers.</summary>
    AnswerLost,

    /// <summary>Somebody else writes to the object first. For a creation the server itself answers 409, as quotas make it do.</summary>
    Conflict,

    /// <summary>429, nothing done.</summary>
    TooManyRequests,

    /// <summary>500, nothing done.</summary>
    Unavailable,

    /// <summary>No answer in time, nothing done.</summary>
    Timeout,
}

/// <summary>What can befall one event of a watch.</summary>
internal enum ViewFault
{
    /// <summary>It is never seen; the next whole list, five minutes later, tells what is so by then.</summary>
    Hidden,

    /// <summary>It and all later ones of its kind come some seconds late.</summary>
    Delayed,
}

/// <summary>All that goes wrong between an operator and the API server. What is asked is numbered from 1, over restarts too.</summary>
internal class Faults
{
    /// <summary>Nothing goes wrong.</summary>
    public static Faults None { get; } = new();

    /// <summary>By how many events the operator's view is always behind, up to <see cref="Patience"/> of each.</summary>
    public virtual int Lag => 0;

    /// <summary>How long an event is held back at most by a lag: shorter than what the planner takes for a late view.</summary>
    public virtual Duration Patience => Duration.FromSeconds(4);

    /// <summary>Of a call.</summary>
    public virtual CallFault? OfCall(int number, string verb) => null;

    /// <summary>Of an event.</summary>
    public virtual ViewFault? OfEvent(int number) => null;

    /// <summary>Called before a call is carried out: whatever else happens in the world meanwhile.</summary>
    public virtual void Meanwhile(int number)
    {
    }
}

/// <summary>One fault at one place.</summary>
internal sealed class OneFault(int at, CallFault? call, ViewFault? view) : Faults
{
    public override CallFault? OfCall(int number, string verb) => number == at ? call : null;

    public override ViewFault? OfEvent(int number) => number == at ? view : null;
}

/// <summary>The faults of several operators, whose calls and events are numbered together: each number means one call of one of them.</summary>
internal sealed class Shared(Faults faults) : Faults
{
    private int calls;
    private int events;

    public override int Lag => faults.Lag;

    public override Duration Patience => faults.Patience;

    public override CallFault? OfCall(int number, string verb) => faults.OfCall(++calls, verb);

    public override ViewFault? OfEvent(int number) => faults.OfEvent(++events);
}

/// <summary>Before one of its calls an operator is held up, and something else happens.</summary>
internal sealed class HeldUp(int at) : Faults
{
    /// <summary>What happens; set before the story begins.</summary>
    public Action Then { get; set; } = () => { };

    public override void Meanwhile(int number)
    {
        if (number == at)
        {
            Then();
        }
    }
}

/// <summary>A view that is always behind.</summary>
internal sealed class Behind(int events) : Faults
{
    public override int Lag => events;
}

/// <summary>The operator died here.</summary>
internal sealed class OperatorCrash : Exception;
