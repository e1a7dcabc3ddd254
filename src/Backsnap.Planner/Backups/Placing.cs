using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Where the movers of scheduled backups run and how they are marked: each part from the claim's annotation, else from its namespace's, else from
/// the operator's flag. It is written into the PVCBackup when that is made, where it can be seen and stays as it is. An annotation that is
/// there and empty asks for nothing; one that cannot be read stops the claim's backups, loudly, because a pod must not run where it should not.
/// </summary>
internal static class Placing
{
    /// <summary>The placement of a claim's scheduled backups, or what is wrong with an annotation.</summary>
    public static Either<Coverage, Placement> Of(Claim claim, NamespaceFacts home, Settings settings) =>
        !Marked(claim.Marks) && !Marked(home.Marks)
            ? Right<Coverage, Placement>(settings.Placement)
            : from nodes in Part(claim, home, Marks.NodeSelector, PlacementText.Labels, settings.Placement.NodeSelector)
              from tolerations in Part(claim, home, Marks.Tolerations, PlacementText.Tolerations, settings.Placement.Tolerations)
              from priority in Part(claim, home, Marks.PriorityClass, PlacementText.PriorityClass, settings.Placement.PriorityClass)
              from labels in Part(claim, home, Marks.Labels, PlacementText.Labels, settings.Placement.Labels)
              from annotations in Part(claim, home, Marks.Annotations, PlacementText.Annotations, settings.Placement.Annotations)
              select new Placement(nodes, tolerations, priority, labels, annotations);

    /// <summary>The fields of a PVCBackup's spec that say it.</summary>
    public static Seq<Option<Node.Field>> Fields(Placement placement) => Seq(
        Node.Unless0("nodeSelector", placement.NodeSelector),
        Node.Maybe("tolerations", placement.Tolerations),
        Node.Maybe("priorityClassName", placement.PriorityClass),
        Node.Unless0("labels", placement.Labels),
        Node.Unless0("annotations", placement.Annotations));

    private static bool Marked(HashMap<string, string> marks) => !marks.IsEmpty && Marks.Placements.Exists(marks.ContainsKey);

    private static Either<Coverage, T> Part<T>(Claim claim, NamespaceFacts home, string mark, Func<string, Either<string, T>> read, T otherwise) =>
        (claim.Marks.Find(mark).Map(text => (Text: text, Source: ScheduleSource.Claim)) | home.Marks.Find(mark).Map(text => (Text: text, Source: ScheduleSource.Namespace))).Match(
            said => read(said.Text).MapLeft(problem => (Coverage)new Coverage.Invalid(said.Text, said.Source, problem) { Subject = mark }),
            () => Right<Coverage, T>(otherwise));
}
