using Backsnap.Domain.Objects;
using NodaTime;

namespace Backsnap.Host.Observation;

/// <summary>What is kept of an Event at a pod, of which a cluster may have many that are not ours.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="At">When it happened last.</param>
/// <param name="Text">Its reason and message; the API server allows a message 1024 characters.</param>
internal sealed record PodEvent(Uid Pod, Instant At, string Text);
