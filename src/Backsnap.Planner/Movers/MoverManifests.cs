using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>The Job that runs a mover, and the Secret that it reads.</summary>
internal static class MoverManifests
{
    /// <summary>The exit codes after which another try would end the same: a wrong password, a missing bucket, a saved but incomplete snapshot.</summary>
    private static readonly Seq<long> FinalExitCodes = Seq<long>(3, 10, 12, 13, 14, 20, 21, 22, 24, 27, 29);

    private const string DevicePath = "/dev/backsnap/volume";

    private const string SecretMount = "/etc/backsnap/repository";

    /// <summary>
    /// The copy of the operator's credentials that a mover reads; none where the namespace has its own. It is made whether it is there or not: nobody
    /// looks.
    /// </summary>
    public static Seq<PlannedAction> Credentials(Parent parent, RepositoryAccess access, string operation, MoverSettings settings) => access switch
    {
        RepositoryAccess.OfOperator operators => Seq1<PlannedAction>(new PlannedAction.CreateCredentials(
            Credentials(parent, operation, settings), settings.SecretKeys.Then(settings.CustomAuthority ? Seq1("ca.crt") : Seq<string>()), "the mover needs the repository's credentials")
        {
            PasswordOf = DerivedPassword.Holder(settings.Passwords, operators.Claim),
        }),
        RepositoryAccess.OfNamespace => Seq<PlannedAction>(),
    };

    // What it holds is not part of the plan.
    private static Manifest Credentials(Parent parent, string operation, MoverSettings settings) => new(ObjectKind.Secret, parent.Home, parent.NameOfCredentials(settings), Node.Object(
        Node.Set("apiVersion", ObjectKind.Secret.ApiVersion),
        Node.Set("kind", ObjectKind.Secret.Kind),
        Node.Set("metadata", parent.Metadata(parent.NameOfCredentials(settings), operation)),
        Node.Set("type", "Opaque")), Some(parent.Beneficiary));

    /// <summary>The whole Job.</summary>
    /// <param name="parent">Whose Job.</param>
    /// <param name="name">Its name.</param>
    /// <param name="access">Whose credentials open the repository.</param>
    /// <param name="operation">backup, resolve or restore.</param>
    /// <param name="arguments">After <c>mover OPERATION</c>.</param>
    /// <param name="mount">The claim at <c>/data</c>; none for an operation that needs only the repository.</param>
    /// <param name="settings">How pods are made.</param>
    public static Manifest Job(Parent parent, string name, RepositoryAccess access, string operation, Seq<string> arguments, Option<Mount> mount, Settings settings) =>
        new(ObjectKind.Job, parent.Home, name, Node.Object(
            Node.Set("apiVersion", ObjectKind.Job.ApiVersion),
            Node.Set("kind", ObjectKind.Job.Kind),
            Node.Set("metadata", parent.Metadata(name, operation)),
            Node.Set("spec", Node.Object(
                Node.Set("backoffLimit", 1),
                Node.Set("activeDeadlineSeconds", (long)settings.Deadlines.Job.TotalSeconds),
                Node.Set("podFailurePolicy", FailurePolicy),
                Node.Set("template", Node.Object(
                    Node.Set("metadata", Node.Object(
                        Node.Set("labels", Node.Map(parent.Labels(operation))),
                        Node.Set("annotations", Node.Map(parent.Annotations.AddOrUpdate("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"))))),
                    Node.Set("spec", PodSpec(parent, Credentials(parent, access, settings.Mover), operation, arguments, mount, settings.Mover))))))), Some(parent.Beneficiary));

    /// <summary>How the mover is told what the claim is mounted as.</summary>
    public static Seq<string> VolumeArguments(bool isDevice) => isDevice ? Seq("--device", DevicePath) : Seq("--path", "/data");

    private static Node FailurePolicy => Node.Object(Node.Set("rules", Node.List(
        Node.Object(
            Node.Set("action", "Ignore"),
            Node.Set("onPodConditions", Node.List(Node.Object(Node.Set("type", "DisruptionTarget"), Node.Set("status", "True"))))),
        Node.Object(
            Node.Set("action", "FailJob"),
            Node.Set("onExitCodes", Node.Object(
                Node.Set("containerName", "mover"),
                Node.Set("operator", "In"),
                Node.Set("values", Node.List(FinalExitCodes.Map(code => (Node)code)))))))));

    private static Node PodSpec(Parent parent, SecretUse secret, string operation, Seq<string> arguments, Option<Mount> mount, MoverSettings settings) => Node.Object(
        Node.Set("restartPolicy", "Never"),
        Node.Maybe("serviceAccountName", settings.ServiceAccount),
        Node.Set("automountServiceAccountToken", false),
        Node.Set("enableServiceLinks", false),
        // When its PVCBackup is deleted: restic gets 20 s to take its lock out of the repository (it needs a tenth of one unless the store hangs), and then the
        // mover a few more for its report. Twice that, for a node that is busy.
        Node.Set("terminationGracePeriodSeconds", 60),
        Node.Maybe("imagePullSecrets", settings.ImagePullSecret.Map(name => Node.List(Node.Object(Node.Set("name", name))))),
        Node.Unless0("nodeSelector", parent.Placement.NodeSelector),
        Node.Maybe("tolerations", parent.Placement.Tolerations),
        Node.Maybe("priorityClassName", parent.Placement.PriorityClass),
        Node.Set("securityContext", Node.Object(
            Node.Set("runAsUser", settings.User.IfNone(0)),
            Node.Set("runAsGroup", settings.User.IfNone(0)),
            Node.Maybe("runAsNonRoot", settings.User.Map(_ => (Node)true)),
            // Without root only the volume's group lets a mover in.
            Node.Maybe("fsGroup", settings.User.Map(user => (Node)user)),
            // A volume of a million files would be walked and changed before the mover even starts.
            Node.Set("fsGroupChangePolicy", "OnRootMismatch"),
            Node.Set("seccompProfile", Node.Object(Node.Set("type", "RuntimeDefault"))))),
        Node.Set("containers", Node.List(Container(secret, operation, arguments, mount, settings))),
        Node.Set("volumes", Node.List(Volumes(secret, mount, settings))));

    private static Node Container(SecretUse secret, string operation, Seq<string> arguments, Option<Mount> mount, MoverSettings settings) => Node.Object(
        Node.Set("name", "mover"),
        Node.Set("image", settings.Image),
        Node.Set("imagePullPolicy", "IfNotPresent"),
        Node.Set("args", Node.Texts(Literal(Sequences.Join(Seq("mover", operation), arguments, Nice(settings))))),
        Node.Set("env", Node.List(Sequences.Join(
            secret.Keys.Map(key => Node.Object(
                Node.Set("name", key),
                Node.Set("valueFrom", Node.Object(Node.Set("secretKeyRef", Node.Object(
                    Node.Set("name", secret.Name), Node.Set("key", key), Node.Maybe("optional", secret.Optional))))))),
            secret.Authority.Map(variable => Variable(variable, SecretMount + "/ca.crt")).ToSeq(),
            secret.Files.IsEmpty ? Seq<Node>() : Seq1(Variable(RepositoryFiles.Directory, SecretMount)),
            Seq(Variable("HOME", "/tmp"), Variable("TMPDIR", "/tmp"), Variable("RESTIC_CACHE_DIR", "/cache"), Variable("DOTNET_EnableDiagnostics", "0")),
            MemoryLimit(settings)))),
        Node.Set("resources", Node.Object(
            Node.Set("requests", Node.Object(Node.Set("cpu", settings.CpuRequest), Node.Set("memory", settings.MemoryRequest))),
            Node.Set("limits", Node.Object(Node.Set("memory", settings.MemoryLimit))))),
        Node.Set("securityContext", Node.Object(
            Node.Set("allowPrivilegeEscalation", false),
            Node.Set("readOnlyRootFilesystem", true),
            Node.Set("capabilities", Node.Object(
                Node.Set("drop", Node.List("ALL")),
                Node.Unless0("add", settings.User.IsSome ? Seq<string>() : Capabilities(mount)))))),
        Node.Maybe("volumeDevices", mount.Filter(data => data.IsDevice).Map(_ => Node.List(Node.Object(Node.Set("name", "data"), Node.Set("devicePath", DevicePath))))),
        Node.Set("volumeMounts", Node.List(Sequences.Join(
            mount.Filter(data => !data.IsDevice).Map(data => Node.Object(
                Node.Set("name", "data"), Node.Set("mountPath", "/data"), Node.Set("readOnly", data.ReadOnly))).ToSeq(),
            Seq(VolumeMount("cache", "/cache"), VolumeMount("tmp", "/tmp")),
            secret.IsMounted ? Seq1(Node.Object(Node.Set("name", "repository"), Node.Set("mountPath", SecretMount), Node.Set("readOnly", true))) : Seq<Node>()))));

    private static Seq<Node> Volumes(SecretUse secret, Option<Mount> mount, MoverSettings settings) => Sequences.Join(
        mount.Map(data => Node.Object(
            Node.Set("name", "data"),
            Node.Set("persistentVolumeClaim", Node.Object(Node.Set("claimName", data.ClaimName))))).ToSeq(),
        Seq(Cache(settings), EmptyDirectory("tmp")),
        secret.IsMounted
            ? Seq1(Node.Object(
                Node.Set("name", "repository"),
                Node.Set("secret", Node.Object(
                    Node.Set("secretName", secret.Name),
                    Node.Set("items", Node.List(secret.Items)),
                    Node.Maybe("optional", secret.Optional)))))
            : Seq<Node>());

    // Which keys of a Secret become variables, which become files, and by which variable the mover finds the certificates in it.
    private sealed record SecretUse(string Name, Seq<string> Keys, Seq<string> Files, Option<Node> Optional, Option<string> Authority)
    {
        // ssh takes no private key that others may read.
        private const long OwnerReads = 256;

        public bool IsMounted => Authority.IsSome || !Files.IsEmpty;

        public Seq<Node> Items => Sequences.Join(
            Authority.Map(_ => Node.Object(Node.Set("key", "ca.crt"), Node.Set("path", "ca.crt"))).ToSeq(),
            Files.Map(name => Node.Object(Node.Set("key", name), Node.Set("path", name), Node.Set("mode", OwnerReads))));
    }

    // What a namespace's own Secret holds is not known here, so every key may be missing; the mover says what it misses.
    private static SecretUse Credentials(Parent parent, RepositoryAccess access, MoverSettings settings) => access switch
    {
        RepositoryAccess.OfOperator => new SecretUse(
            parent.NameOfCredentials(settings), settings.SecretKeys.Filter(key => !RepositoryFiles.All.Contains(key)).Strict(), settings.SecretKeys.Filter(key => RepositoryFiles.All.Contains(key)).Strict(),
            None, settings.CustomAuthority ? Some("RESTIC_CACERT") : None),
        RepositoryAccess.OfNamespace own => new SecretUse(own.Secret, RepositoryVariables.OfNamespaces, RepositoryFiles.OfNamespaces, Some<Node>(true), Some("BACKSNAP_CACERT")),
    };

    // Root without these reads and writes only its own files; without FSETID a restored directory silently loses its setgid bit.
    private static Seq<string> Capabilities(Option<Mount> mount) => mount.Match(
        data => data.ReadOnly ? Seq1("DAC_OVERRIDE") : Seq("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP"),
        () => Seq<string>());

    private static Node Variable(string name, string value) => Node.Object(Node.Set("name", name), Node.Set("value", value));

    private static Node VolumeMount(string name, string path) => Node.Object(Node.Set("name", name), Node.Set("mountPath", path));

    // Else the kubelet would replace $(NAME) by the variable of that name, a password perhaps.
    private static Seq<string> Literal(Seq<string> arguments) => arguments.Map(argument => argument.Replace("$", "$$", StringComparison.Ordinal)).Strict();

    private static Seq<string> Nice(MoverSettings settings) =>
        settings.Niceness == 0 ? Seq<string>() : Seq("--nice", settings.Niceness.ToString(System.Globalization.CultureInfo.InvariantCulture));

    // restic's collector then works harder before the limit is reached, instead of being killed at it. The mover itself takes the rest.
    private static Seq<Node> MemoryLimit(MoverSettings settings) => Quantity.Parse(settings.MemoryLimit).Match(
        Right: limit => Seq1(Variable("GOMEMLIMIT", Math.Max(limit.Bytes / 2, limit.Bytes - MoverShare).ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Left: _ => Seq<Node>());

    private const long MoverShare = 192L << 20;

    // Never in memory: the cache of a large repository would count against the pod's limit.
    private static Node Cache(MoverSettings settings) => settings.CacheClass.Match(
        storageClass => Node.Object(
            Node.Set("name", "cache"),
            Node.Set("ephemeral", Node.Object(Node.Set("volumeClaimTemplate", Node.Object(Node.Set("spec", CacheClaim(storageClass, settings.CacheSize.IfNone(UsualCacheSize)))))))),
        () => Node.Object(Node.Set("name", "cache"), Node.Set("emptyDir", Node.Object(Node.Maybe("sizeLimit", settings.CacheSize)))));

    private static Node CacheClaim(string storageClass, string size) => Node.Object(
        Node.Set("storageClassName", storageClass),
        Node.Set("accessModes", Node.List("ReadWriteOnce")),
        Node.Set("resources", Node.Object(Node.Set("requests", Node.Object(Node.Set("storage", size))))));

    private const string UsualCacheSize = "5Gi";

    private static Node EmptyDirectory(string name) => Node.Object(Node.Set("name", name), Node.Set("emptyDir", Node.Object()));
}
