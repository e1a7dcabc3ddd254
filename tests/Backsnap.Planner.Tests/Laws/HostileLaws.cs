using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;
using Check = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Laws;

/// <summary>
/// What no word of a tenant's can do: reach another namespace, raise a pod's rights, choose its image, become an option of the mover, or stand where
/// Backsnap's own marks do.
/// </summary>
public sealed class HostileLaws(ITestOutputHelper output)
{
    private static readonly Seq<string> Options = Seq(
        "--repository", "--repository-below", "--host", "--path", "--device", "--probe-timeout", "--cache-dir", "--time", "--tag", "--keep", "--shrink-threshold", "--acknowledge-shrink",
        "--dead-holder", "--snapshot", "--as-of", "--read-data-subset");

    private static readonly Seq<string> Switches = Seq("--exclude-caches", "--one-file-system");

    private static readonly Seq<string> WithValue = Seq("--exclude=", "--tag=");

    private static readonly string[] OurLabels = [Marks.ManagedBy, Marks.Operation];

    private static readonly string[] OfScheduled = [Marks.Slot, Marks.ScheduleInForce, Marks.Attempt, Marks.ClaimUid];

    private static readonly string[] OfMovers = [Marks.Owner, Marks.Restoring];

    private static readonly string[] Operations = ["backup", "resolve", "restore", "maintain", "prune", "check"];

    private static readonly string[] Nothing = [""];

    // What a tenant may say of a pod, and what differs from one backup to the next.
    private static readonly Seq<string> Theirs = Seq("args", "claimName", "nodeSelector", "tolerations", "priorityClassName", "metadata", "activeDeadlineSeconds", "secretName");

    // Of all of them at once, the pods that are made for a tenant without wishes.
    private static readonly Lazy<System.Collections.Generic.HashSet<Node>> TamePods = new(() =>
    [
        .. from mode in new[] { VolumeMode.Filesystem, VolumeMode.Block }
           from isolated in new[] { true, false }
           from own in new[] { true, false }
           from pinned in new[] { true, false }
           from manifest in Made(Hostile.Tame(mode, isolated, own, pinned))
           where manifest.Kind == ObjectKind.Job
           select Bare(manifest.Body),
    ]);

    private void Always(Action<Hostile> law) => Check.Hold(output, Hostile.Any, law, 100);

    [Fact]
    public void The_tame_are_served() =>
        Assert.True(TamePods.Value.Count >= 6, $"only {TamePods.Value.Count} kinds of pods were made, against which those of the hostile are held");

    [Fact]
    public void Nothing_is_done_outside_the_tenants_own_namespace_and_the_movers() => Always(hostile => Play(hostile, (_, plan) => Assert.All(
        plan.Actions.AsEnumerable(),
        action => Assert.True(
            action.Target.Namespace.Value == Hostile.Tenant || (hostile.Isolated && action.Target.Namespace.Value is Hostile.Movers or ""),
            $"{action.Verb} {action.Target}\n{hostile}"))));

    [Fact]
    public void No_mover_is_told_of_another_repository_than_the_tenants_own() => Always(hostile => Assert.All(Jobs(hostile), job =>
    {
        var told = Arguments(job);
        Assert.Equal(Hostile.Tenant, Value(told, "--host").IfNone(Hostile.Tenant));
        Assert.Matches("^s3:https://s3\\.example\\.com/backups/shop/[a-z0-9][-a-z0-9.]*\\z", Value(told, "--repository").IfNone(""));
        Assert.DoesNotContain("..", Value(told, "--repository").IfNone(""), StringComparison.Ordinal);
        Assert.Matches("^shop/[a-z0-9][-a-z0-9.]*\\z", Value(told, "--repository-below").IfNone("shop/orders"));
        Assert.DoesNotContain("..", Value(told, "--repository-below").IfNone(""), StringComparison.Ordinal);
    }));

    [Fact]
    public void A_pod_is_what_it_would_be_without_a_word_but_for_its_place_and_what_the_mover_is_told() => Always(hostile => Assert.All(
        Jobs(hostile), job => Assert.True(TamePods.Value.Contains(Bare(job.Body)), $"{Manifests.Yaml(Bare(job.Body))}\n{hostile}")));

    [Fact]
    public void Every_argument_is_an_option_of_ours_or_its_value_and_the_kubelet_replaces_nothing_in_it() => Always(hostile => Assert.All(Jobs(hostile), job =>
    {
        Assert.All(Raw(job).AsEnumerable(), argument => Assert.DoesNotContain("$", argument.Replace("$$", "", StringComparison.Ordinal), StringComparison.Ordinal));
        var arguments = Arguments(job);
        Assert.Equal("mover", arguments[0]);
        for (var place = arguments[1] == "maintain" ? 3 : 2; place < arguments.Count; place++)
        {
            var argument = arguments[place];
            if (Options.Contains(argument))
            {
                Assert.False(arguments[++place].StartsWith('-') || arguments[place].StartsWith('@'), $"the value of {argument} is '{arguments[place]}'\n{hostile}");
            }
            else
            {
                Assert.True(Switches.Contains(argument) || WithValue.Exists(start => argument.StartsWith(start, StringComparison.Ordinal)), $"'{argument}' is an argument\n{hostile}");
            }

            Assert.DoesNotContain(argument, char.IsControl);
        }
    }));

    [Fact]
    public void Backsnaps_own_marks_say_what_Backsnap_says() => Always(hostile => Assert.All(Made(hostile), manifest =>
    {
        var (labels, annotations) = (Manifests.Map(manifest.Body, "metadata", "labels"), Manifests.Map(manifest.Body, "metadata", "annotations"));
        Assert.Equal(manifest.Name, Manifests.Text(manifest.Body, "metadata", "name").IfNone(""));
        Assert.Equal(manifest.Namespace.Value, Manifests.Text(manifest.Body, "metadata", "namespace").IfNone(""));
        if (IsUsers(manifest, annotations))
        {
            // Nothing of ours but the annotation that says who fills it: by a label it would be cleaned away with what is ours.
            Assert.Empty(Own(labels));
        }
        else
        {
            Assert.Equal(Some("backsnap"), labels.Find(Marks.ManagedBy));
            Assert.Contains(labels.Find(Marks.Operation).IfNone(""), manifest.For.IsSome ? Operations : Nothing);
            Assert.Empty(Own(labels).Except(OurLabels));
        }

        manifest.For.Match(
            made =>
            {
                var owners = Manifests.Items(manifest.Body, "metadata", "ownerReferences");
                Assert.Equal(Hostile.Tenant, made.Id.Namespace.Value);
                Assert.All(Own(annotations), name => Assert.Equal(name == Marks.Owner && manifest.IsElsewhere ? StatedOwner.Print(made.Kind, made.Id) : name == Marks.Restoring ? made.Id.Uid.Value : "", annotations.Find(name).IfNone("")));
                Assert.True(
                    manifest.IsElsewhere ? owners.IsEmpty && annotations.Find(Marks.Owner).IsSome
                    : owners.IsEmpty ? annotations.Find(Marks.Restoring).IsSome
                    : owners.Count == 1 && Manifests.Text(owners[0], "uid").Contains(made.Id.Uid.Value) && Manifests.Text(owners[0], "kind").Contains(made.Kind.Kind),
                    $"{manifest.Kind} {manifest.Namespace}/{manifest.Name} belongs to {owners}\n{hostile}");
            },
            () => Assert.Empty(Own(annotations).Except(OfScheduled)));
        if (manifest.Namespace.Value == Hostile.Movers)
        {
            Assert.Equal(OurLabels, Names(labels).Order(StringComparer.Ordinal).ToArray());
            Assert.Empty(Names(annotations).Except(OfMovers));
        }
    }));

    // The claim of a restore outlives the PVCRestore.
    private static bool IsUsers(Manifest manifest, HashMap<string, string> annotations) =>
        manifest.Kind == ObjectKind.Claim && !manifest.IsElsewhere && annotations.Find(Marks.Restoring).IsSome;

    private static IEnumerable<string> Own(HashMap<string, string> pairs) => Names(pairs).Where(Marks.IsOwn);

    private static string[] Names(HashMap<string, string> pairs) => [.. pairs.AsEnumerable().Select(pair => pair.Key)];

    private static void Play(Hostile hostile, Action<World, Plan> look) => hostile.Begin().For(Duration.FromHours(1), look);

    private static IReadOnlyList<Manifest> Made(Hostile hostile)
    {
        var made = new List<Manifest>();
        Play(hostile, (_, plan) => made.AddRange(plan.Actions.AsEnumerable().SelectMany(action => action switch
        {
            PlannedAction.Create create => new[] { create.Object },
            PlannedAction.CreateCredentials create => [create.Object],
            PlannedAction.SetStatus or PlannedAction.RemoveAnnotation or PlannedAction.ChangeVolume or PlannedAction.Delete or PlannedAction.DeleteCredentials => [],
        })));
        return made;
    }

    private static IEnumerable<Manifest> Jobs(Hostile hostile) => Made(hostile).Where(manifest => manifest.Kind == ObjectKind.Job);

    private static Seq<string> Raw(Manifest job) => Manifests.Texts(Manifests.Items(job.Body, "spec", "template", "spec", "containers").Head, "args");

    private static Seq<string> Arguments(Manifest job) => Raw(job).Map(argument => argument.Replace("$$", "$", StringComparison.Ordinal)).Strict();

    private static Option<string> Value(Seq<string> arguments, string option) =>
        arguments.Zip(arguments.Tail).Find(pair => pair.Item1 == option).Map(pair => pair.Item2);

    private static Node Bare(Node node) => node switch
    {
        Node.Fields fields => new Node.Fields(fields.Values.Filter(field => !Theirs.Contains(field.Name)).Map(field => field with
        {
            Value = field.Name == "secretKeyRef" && field.Value is Node.Fields reference ? new Node.Fields(reference.Values.Filter(inner => inner.Name != "name").Strict()) : Bare(field.Value),
        }).Strict()),
        Node.Items items => new Node.Items(items.Values.Map(Bare).Strict()),
        Node.Text or Node.Whole or Node.Flag or Node.Nothing => node,
    };
}
