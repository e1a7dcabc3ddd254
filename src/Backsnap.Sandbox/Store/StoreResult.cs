using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>What the store answers to a write.</summary>
internal abstract record StoreResult
{
    private StoreResult() { }

    /// <summary>Done; the object as it is now or, when <paramref name="Removed"/>, as it was last.</summary>
    public sealed record Ok(JsonObject Object, bool Removed = false) : StoreResult;

    /// <summary>Refused, with what the API says about it; nothing has changed.</summary>
    public sealed record Refused(ApiError Error) : StoreResult;

    /// <summary>The object, or null when the write was refused.</summary>
    public JsonObject? ObjectOrNull => (this as Ok)?.Object;
}

/// <summary>Which part of an object a write may change.</summary>
internal enum UpdateScope
{
    /// <summary>Everything: the controllers of the cluster itself.</summary>
    Whole,

    /// <summary>Everything but the status.</summary>
    Spec,

    /// <summary>Nothing but the status.</summary>
    Status,
}

/// <summary>What becomes of an object's dependents.</summary>
internal enum Propagation
{
    /// <summary>The object goes at once, its dependents after it.</summary>
    Background,

    /// <summary>The object stays, marked, until the dependents that block it are gone.</summary>
    Foreground,

    /// <summary>The dependents stay and lose their reference.</summary>
    Orphan,
}

/// <summary>How to delete: only this uid and resourceVersion, what with dependents, and how long a pod may take (seconds).</summary>
internal sealed record DeleteOptions(
    string? Uid = null,
    string? ResourceVersion = null,
    Propagation? Propagation = null,
    long? GracePeriodSeconds = null,
    bool DryRun = false);
