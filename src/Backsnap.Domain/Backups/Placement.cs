using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Domain.Backups;

/// <summary>Where a mover's pod may run and how it is marked: the same words in a PVCBackup and a PVCRestore.</summary>
/// <param name="NodeSelector">Labels that the node must have.</param>
/// <param name="Tolerations">Taken as they are from the spec.</param>
/// <param name="PriorityClass">The pod's priority class.</param>
/// <param name="Labels">For the children and the pod; Backsnap's own labels win.</param>
/// <param name="Annotations">For the children and the pod.</param>
public sealed record Placement(
    HashMap<string, string> NodeSelector, Option<Node> Tolerations, Option<string> PriorityClass, HashMap<string, string> Labels, HashMap<string, string> Annotations)
{
    /// <summary>Anywhere, unmarked.</summary>
    public static Placement Anywhere { get; } = new(default, Option<Node>.None, Option<string>.None, default, default);
}
