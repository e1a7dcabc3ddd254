using System.Text;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using Backsnap.Sandbox;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

/// <summary>What becomes of single actions when the world has moved on; the same on the tests' own fake and on the embedded cluster.</summary>
public abstract class ExecutorTests
{
    private static readonly Credentials Keys = new(new Dictionary<string, string> { ["RESTIC_PASSWORD"] = "hunter2", ["AWS_ACCESS_KEY_ID"] = "key", ["OTHER"] = "other" });

    private readonly ClusterCache cache = new(0);

    private protected abstract IKubernetesApi Api { get; }

    private Executor Executor => new(Api, Keys);

    private static NamespaceName Shop => NamespaceName.Trusted("shop");

    // Tests share one cluster: each works on objects of its own.
    private string Name { get; } = $"t-{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task What_was_created_is_known_at_once()
    {
        var done = Assert.IsType<Outcome.Done>(await Run(Create(Backup())));
        done.Learn(cache);
        Assert.Equal(Name, cache.Backups.Values.Single().Id.Name);
    }

    [Fact]
    public async Task Creating_twice_is_overtaken_and_news_only_once()
    {
        await Run(Create(Backup()));
        var again = Assert.IsType<Outcome.Overtaken>(await Run(Create(Backup())));
        Assert.True(again.Learn(cache));
        Assert.False(Assert.IsType<Outcome.Overtaken>(await Run(Create(Backup()))).Learn(cache));
        Assert.Equal(Name, cache.Backups.Values.Single().Id.Name);
    }

    [Fact]
    public async Task A_foreign_object_of_the_same_name_is_left_alone()
    {
        var owner = await Made();
        var foreign = await Value(Api.CreateAsync(Resources.Secrets, "shop", ManifestJson.Bytes(Object("v1", "Secret")), default));
        var failed = Assert.IsType<Outcome.Failed>(await Run(Create(Child(owner))));
        Assert.Equal($"Secret shop/{Name} exists and is not Backsnap's; it is left as it is: delete or rename it", failed.Why);
        Assert.Equal(foreign.Metadata.ResourceVersion, (await Value(Api.GetAsync(Resources.Secrets, "shop", Name, default))).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_child_that_is_there_already_is_ours_by_its_owner()
    {
        var owner = await Made();
        Assert.IsType<Outcome.Done>(await Run(Create(Child(owner))));
        Assert.IsType<Outcome.Met>(await Run(Create(Child(owner))));
    }

    // What follows in the errand, a Job that mounts the claim, must not follow: found by the simulation.
    [Fact]
    public async Task A_claim_of_somebody_elses_is_told_to_the_planner_and_is_no_claim_of_ours()
    {
        var owner = await Made();
        await Value(Api.CreateAsync(Resources.PersistentVolumeClaims, "shop", ManifestJson.Bytes(Claim()), default));
        var manifest = new Manifest(ObjectKind.Claim, Shop, Name, Claim(), new Beneficiary(ObjectKind.PvcBackup, owner));
        Assert.True(Assert.IsType<Outcome.Overtaken>(await Run(new PlannedAction.Create(manifest, "test"))).Learn(cache));
    }

    [Fact]
    public async Task A_secret_gets_exactly_the_named_keys()
    {
        var owner = await Made();
        Assert.IsType<Outcome.Done>(await Run(new PlannedAction.CreateCredentials(Child(owner), Seq("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"), "test")));
        var raw = (await Value(Api.GetAsync(Resources.Secrets, "shop", Name, default))).Data!;
        Assert.Equal(["AWS_ACCESS_KEY_ID", "RESTIC_PASSWORD"], raw.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("hunter2", Encoding.UTF8.GetString(Convert.FromBase64String(raw["RESTIC_PASSWORD"])));
    }

    [Fact]
    public async Task A_derived_password_takes_the_place_of_the_operators()
    {
        var owner = await Made();
        await Run(new PlannedAction.CreateCredentials(Child(owner), Seq("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID"), "test") { PasswordOf = "shop/orders" });
        var raw = (await Value(Api.GetAsync(Resources.Secrets, "shop", Name, default))).Data!;
        Assert.Equal(Backsnap.Domain.Movers.DerivedPassword.Of("hunter2", "shop/orders"), Encoding.UTF8.GetString(Convert.FromBase64String(raw["RESTIC_PASSWORD"])));
        Assert.Equal("key", Encoding.UTF8.GetString(Convert.FromBase64String(raw["AWS_ACCESS_KEY_ID"])));
    }

    // Its name says all that there is to know; in a tenant's namespace it may not be looked at.
    [Fact]
    public async Task A_copy_of_credentials_that_is_there_is_as_good_as_one_that_is_made()
    {
        var copy = new PlannedAction.CreateCredentials(Child(await Made()), Seq1("RESTIC_PASSWORD"), "test");
        Assert.IsType<Outcome.Done>(await Run(copy));
        Assert.True(Assert.IsType<Outcome.Met>(await Run(copy)).Learn(cache));
        Assert.Empty(cache.Secrets.Values);
    }

    [Fact]
    public async Task A_copy_of_credentials_goes_by_its_name_and_one_that_is_not_there_is_as_good_as_gone()
    {
        var owner = await Made();
        var withdraw = new PlannedAction.DeleteCredentials(Shop, Name, new Beneficiary(ObjectKind.PvcBackup, owner), "test");
        Assert.IsType<Outcome.Done>(await Run(new PlannedAction.CreateCredentials(Child(owner), Seq1("RESTIC_PASSWORD"), "test")) is Outcome.Done made ? Learnt(made) : null);
        Assert.Single(cache.Secrets.Values);
        Assert.IsType<Outcome.Done>(await Run(withdraw) is Outcome.Done gone ? Learnt(gone) : null);
        Assert.Empty(cache.Secrets.Values);
        Assert.Equal(ApiErrorKind.NotFound, (await Api.GetAsync(Resources.Secrets, "shop", Name, default)).ErrorOrNull?.Kind);
        Assert.IsType<Outcome.Met>(await Run(withdraw));
    }

    [Fact]
    public async Task A_status_is_written_to_the_version_that_was_seen_and_no_other()
    {
        var seen = await Made();
        Assert.IsType<Outcome.Done>(await Run(Status(seen, "Pending")));
        var late = Assert.IsType<Outcome.Overtaken>(await Run(Status(seen, "Running")));
        Assert.True(late.Learn(cache));
        Assert.Equal("Pending", cache.Backups.Values.Single().Phase.Word);
        Assert.NotEqual(seen.Version, cache.Backups.Values.Single().Id.Version);
    }

    [Fact]
    public async Task A_status_is_never_written_to_a_namesake()
    {
        var first = await Made();
        Assert.IsType<Outcome.Done>(await Run(Delete(first)));
        var second = await Made();
        Assert.IsType<Outcome.Overtaken>(await Run(Status(first with { Version = second.Version }, "Running")));
        Assert.Null((await Value(Api.GetAsync(Resources.PvcBackups, "shop", Name, default))).Status?.Phase);
    }

    [Fact]
    public async Task The_status_of_what_is_gone_is_overtaken_and_forgotten()
    {
        var seen = await Made();
        await Run(Create(Backup()));
        await Run(Delete(seen));
        cache.Backups.Put(Written(seen));
        Assert.True(Assert.IsType<Outcome.Overtaken>(await Run(Status(seen, "Running"))).Learn(cache));
        Assert.Empty(cache.Backups.Values);
    }

    [Fact]
    public async Task Only_the_object_that_was_meant_is_deleted()
    {
        var seen = await Made();
        Assert.IsType<Outcome.Overtaken>(await Run(Delete(seen with { Uid = new Uid("00000000-0000-0000-0000-000000000000") })));
        Assert.True((await Api.GetAsync(Resources.PvcBackups, "shop", Name, default)).IsOk);
        Assert.IsType<Outcome.Done>(await Run(Delete(seen)));
        Assert.Equal(ApiErrorKind.NotFound, (await Api.GetAsync(Resources.PvcBackups, "shop", Name, default)).ErrorOrNull?.Kind);
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_done()
    {
        var seen = await Made();
        await Run(Delete(seen));
        Assert.IsType<Outcome.Done>(await Run(Delete(seen)));
    }

    [Fact]
    public async Task What_changed_since_is_not_deleted_where_that_matters()
    {
        var seen = await Made();
        await Run(Status(seen, "Pending"));
        Assert.IsType<Outcome.Overtaken>(await Run(new PlannedAction.Delete(ObjectKind.PvcBackup, seen, Unchanged: true, "test")));
        Assert.True((await Api.GetAsync(Resources.PvcBackups, "shop", Name, default)).IsOk);
        Assert.IsType<Outcome.Done>(await Run(Delete(seen)));
    }

    [Fact]
    public async Task An_annotation_is_removed_and_the_others_stay()
    {
        var claim = Encoding.UTF8.GetBytes("""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"NAME","namespace":"shop","annotations":{"backsnap.skyb.it/restoring":"r","mine":"yes"}},
             "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"none","resources":{"requests":{"storage":"1Mi"}}}}
            """.Replace("NAME", Name, StringComparison.Ordinal));
        var made = await Value(Api.CreateAsync(Resources.PersistentVolumeClaims, "shop", claim, default));
        var seen = Backsnap.Host.Observation.Reading.Identity((await Value(Api.GetAsync(Resources.PersistentVolumeClaims, "shop", Name, default))).Metadata);
        Assert.Equal(made.Metadata.Uid, seen.Uid.Value);
        var outcome = await Run(new PlannedAction.RemoveAnnotation(ObjectKind.Claim, seen, Marks.Restoring, "test"));
        Assert.True(outcome is Outcome.Done, outcome.ToString());
        var annotations = (await Value(Api.GetAsync(Resources.PersistentVolumeClaims, "shop", Name, default))).Metadata.Annotations!;
        Assert.False(annotations.ContainsKey(Marks.Restoring));
        Assert.Equal("yes", annotations["mine"]);
    }

    private Outcome.Done Learnt(Outcome.Done done)
    {
        done.Learn(cache);
        return done;
    }

    private Task<Outcome> Run(PlannedAction action) => Executor.Run(action, CancellationToken.None);

    private async Task<Identity> Made() => Backsnap.Host.Observation.Reading.Identity((await Value(Api.CreateAsync(Resources.PvcBackups, "shop", ManifestJson.Bytes(Backup().Body), default))).Metadata);

    private static async Task<T> Value<T>(Task<ApiResult<T>> answer) => (await answer).Match(value => value, error => throw new InvalidOperationException(error.Explain()));

    private static PlannedAction Create(Manifest manifest) => new PlannedAction.Create(manifest, "test");

    private static PlannedAction Delete(Identity of) => new PlannedAction.Delete(ObjectKind.PvcBackup, of, Unchanged: false, "test");

    private static PlannedAction Status(Identity of, string phase) =>
        new PlannedAction.SetStatus(ObjectKind.PvcBackup, of, Node.Object(Node.Set("phase", phase)), None, "test");

    private Manifest Backup() => new(ObjectKind.PvcBackup, Shop, Name, Node.Object(
        Node.Set("apiVersion", ObjectKind.PvcBackup.ApiVersion), Node.Set("kind", "PVCBackup"),
        Node.Set("metadata", Node.Object(Node.Set("name", Name), Node.Set("namespace", "shop"))), Node.Set("spec", Node.Object(Node.Set("pvc", "orders")))), None);

    private Manifest Child(Identity owner) => new(
        ObjectKind.Secret, Shop, Name,
        Object("v1", "Secret", Node.Set("ownerReferences", Node.List(Node.Object(
            Node.Set("apiVersion", ObjectKind.PvcBackup.ApiVersion), Node.Set("kind", "PVCBackup"), Node.Set("name", owner.Name), Node.Set("uid", owner.Uid.Value), Node.Set("controller", true))))),
        new Beneficiary(ObjectKind.PvcBackup, owner));

    private Node Claim() => new Node.Fields(((Node.Fields)Object("v1", "PersistentVolumeClaim")).Values.Add(new Node.Field("spec", Node.Object(
        Node.Set("accessModes", Node.List("ReadWriteOnce")), Node.Set("storageClassName", "none"),
        Node.Set("resources", Node.Object(Node.Set("requests", Node.Object(Node.Set("storage", "1Mi")))))))));

    // With our label, which proves nothing.
    private Node Object(string version, string kind, params Option<Node.Field>[] more) => Node.Object(
        Node.Set("apiVersion", version), Node.Set("kind", kind),
        Node.Set("metadata", Node.Object(
            [Node.Set("name", Name), Node.Set("namespace", "shop"), Node.Set("labels", Node.Object(Node.Set(Marks.ManagedBy, Marks.Backsnap))), .. more])));

    private static PvcBackup Written(Identity of) => Observation.Written.Backup("shop", of.Name, of.Uid.Value, of.Version);
}

public sealed class ExecutorOnTheFakeTests : ExecutorTests
{
    private protected override IKubernetesApi Api { get; } = new FakeApi();
}

public sealed class ExecutorOnTheEmbeddedClusterTests(EmbeddedCluster cluster) : ExecutorTests, IClassFixture<EmbeddedCluster>
{
    private protected override IKubernetesApi Api => cluster.Api;
}

/// <summary>An embedded cluster with Backsnap's kinds and the namespace <c>shop</c>, for the tests of one class.</summary>
public sealed class EmbeddedCluster : IAsyncLifetime
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-executor-");
    private SandboxCluster? cluster;
    private KubernetesClient? client;

    internal IKubernetesApi Api => client!;

    public async Task InitializeAsync()
    {
        var definitions = Path.Combine(home.FullName, "crd");
        CustomResources.WriteTo(definitions);
        cluster = await SandboxCluster.StartAsync(new SandboxOptions { DataDirectory = Path.Combine(home.FullName, "data"), DefinitionFiles = [definitions] });
        var kubeconfig = Path.Combine(home.FullName, "kubeconfig");
        await cluster.WriteKubeconfigAsync(kubeconfig);
        client = KubeConnection.Load(new ConnectionOptions { Kubeconfig = kubeconfig }, KubeEnvironment.Process)
            .Match(connection => new KubernetesClient(connection), error => throw new InvalidOperationException(error.Explain()));
        await client.CreateAsync(
            Resources.Namespaces, null, Encoding.UTF8.GetBytes("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}"""), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        client?.Dispose();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        home.Delete(recursive: true);
    }
}
