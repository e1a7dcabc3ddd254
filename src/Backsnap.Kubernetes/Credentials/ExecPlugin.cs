using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Backsnap.Kubernetes;

/// <summary>What a credential plugin printed, or why it printed nothing.</summary>
internal abstract record ExecAnswer
{
    private ExecAnswer()
    {
    }

    public sealed record Printed(string Json) : ExecAnswer;

    public sealed record Failed(string Why) : ExecAnswer;
}

/// <summary>Runs a credential plugin once.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins</remarks>
internal static class ExecPlugin
{
    // Less than a request's own timeout, so that it is the plugin that is named as the one that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static async Task<ExecAnswer> RunAsync(KubeCredential.Exec exec, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        using var process = new Process { StartInfo = Start(exec) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            var hint = exec.InstallHint is { Length: > 0 } given ? $": {given.Trim()}" : "; install it or correct the kubeconfig";
            return new ExecAnswer.Failed($"the credential plugin {exec.Command} cannot be started ({e.Message}){hint}");
        }

        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? new ExecAnswer.Printed(await output.ConfigureAwait(false))
                : new ExecAnswer.Failed(
                    $"the credential plugin {exec.Command} failed with exit status {process.ExitCode}: {Tail(await errors.ConfigureAwait(false))}");
        }
        catch (OperationCanceledException)
        {
            Stop(process);
            cancel.ThrowIfCancellationRequested();
            return new ExecAnswer.Failed($"the credential plugin {exec.Command} printed nothing for {Patience.TotalSeconds:0} s");
        }
    }

    private static ProcessStartInfo Start(KubeCredential.Exec exec)
    {
        var start = new ProcessStartInfo(exec.Command, exec.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in exec.Variables) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Info(exec);
        return start;
    }

    private static string Info(KubeCredential.Exec exec)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (exec.ClusterInfo is { } cluster) spec["cluster"] = JsonNode.Parse(cluster);
        return new JsonObject { ["apiVersion"] = exec.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime, which is what was wanted.
        }
    }

    private static string Tail(string errors) => errors.Trim() is { Length: > 0 } text
        ? text.Length <= 500 ? text : "…" + text[^500..]
        : "it said nothing";
}
