using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>What a pod's and a container's securityContext leave to the container's process.</summary>
internal static class SecurityContext
{
    /// <summary>What container runtimes give to a container that asks for nothing.</summary>
    private static readonly string[] Usual =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>The rights of a container. Identities other than root's need the rights of root: elsewhere they are ignored.</summary>
    public static ContainerRights RightsOf(JsonObject pod, JsonObject container, PodIsolation isolation)
    {
        var context = container.Child("securityContext");
        if (context.Flag("privileged")) return ContainerRights.Unchanged;
        var user = isolation is PodIsolation.Namespaces ? context.Number("runAsUser") ?? pod.Number("spec", "securityContext", "runAsUser") ?? 0 : 0;
        return new ContainerRights(
        [
            $"--bounding-set=-all{string.Concat(Capabilities(context).Select(name => $",+{name}"))}",
            "--inh-caps=-all",
            .. context.At("allowPrivilegeEscalation") is not null && !context.Flag("allowPrivilegeEscalation") ? ["--no-new-privs"] : Array.Empty<string>(),
            .. user == 0 ? [] : Identity(pod, context, user),
        ]);
    }

    private static IEnumerable<string> Capabilities(JsonObject? context)
    {
        var dropped = context.Texts("capabilities", "drop");
        var kept = dropped.Contains("ALL") ? [] : Usual.Except(dropped.Select(Plain));
        return kept.Concat(context.Texts("capabilities", "add").Select(Plain)).Distinct().Select(name => name.ToLowerInvariant());
    }

    private static string Plain(string capability) =>
        capability.StartsWith("CAP_", StringComparison.Ordinal) ? capability["CAP_".Length..] : capability;

    /// <summary>A change of user clears the parent-death signal, which is why it is set again.</summary>
    private static string[] Identity(JsonObject pod, JsonObject? context, long user)
    {
        var group = context.Number("runAsGroup") ?? pod.Number("spec", "securityContext", "runAsGroup") ?? 0;
        var others = pod.Items("spec", "securityContext", "supplementalGroups").Append(pod.At("spec", "securityContext", "fsGroup"))
            .Select(other => other.Number()).OfType<long>().Select(other => other.ToString(CultureInfo.InvariantCulture)).ToList();
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"--reuid={user}"),
            string.Create(CultureInfo.InvariantCulture, $"--regid={group}"),
            others.Count == 0 ? "--clear-groups" : $"--groups={string.Join(',', others)}",
            "--pdeathsig=KILL",
        ];
    }
}
