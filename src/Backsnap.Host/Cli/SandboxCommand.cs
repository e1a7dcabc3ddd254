using System.CommandLine;
using Backsnap.Sandbox;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap sandbox</c>: the embedded cluster, until it is told to stop.</summary>
internal static class SandboxCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("sandbox", "Run the embedded cluster: a small Kubernetes API server with storage on directories, for trying and testing.");
        var kubeconfig = new Option<string>("--kubeconfig") { Description = "Where to write the kubeconfig file.", HelpName = "FILE", DefaultValueFactory = _ => "backsnap-sandbox.kubeconfig" };
        var data = new Option<string>("--data") { Description = "Directory for volumes, snapshots and logs (default: a temporary one, removed at the end).", HelpName = "DIR" };
        var port = new Option<int>("--port") { Description = "TCP port on 127.0.0.1; 0 for any.", HelpName = "PORT" };
        var verbose = new Option<bool>("--verbose") { Description = "Tell what the cluster does." };
        var record = new Option<string>("--record") { Description = "Write every state of every object, Secrets too, and every line that pods print into this file, a line of JSON each.", HelpName = "FILE" };
        foreach (var option in new Option[] { kubeconfig, data, port, verbose, record })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            try
            {
                return Run(parsed.GetValue(kubeconfig)!, parsed.GetValue(data), parsed.GetValue(port), parsed.GetValue(verbose), parsed.GetValue(record)).GetAwaiter().GetResult();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return Complaint.Say(Complaint.Unable, $"the embedded cluster cannot be started: {failure.Message}");
            }
        });
        return command;
    }

    private static async Task<int> Run(string kubeconfig, string? data, int port, bool verbose, string? record)
    {
        using var stop = new Interruption();
        using var recorder = record is null ? null : Recorder(record);
        var directory = data is null ? Directory.CreateTempSubdirectory("backsnap-sandbox-").FullName : Path.GetFullPath(data);
        var definitions = Path.Combine(directory, "crd");
        CustomResources.WriteTo(definitions);
        var options = new SandboxOptions
        {
            DataDirectory = directory,
            DefinitionFiles = [definitions],
            Port = port,
            MoverCommand = OwnProgram(),
            OnWritten = recorder is null ? null : line => Keep(recorder, line),
            Log = verbose ? Console.Error.WriteLine : _ => { },
        };
        await using (var cluster = await SandboxCluster.StartAsync(options, stop.Token))
        {
            await cluster.WriteKubeconfigAsync(kubeconfig);
            Console.WriteLine($"The embedded cluster is at {cluster.Url}; its volumes are in {directory}.");
            if (!ResticIsThere())
            {
                Console.Error.WriteLine("backsnap: restic is not on PATH (nor named by BACKSNAP_RESTIC): pods of this cluster cannot back up; install it and start again");
            }

            Console.WriteLine($"Use it with:  export KUBECONFIG={Path.GetFullPath(kubeconfig)}");
            try
            {
                await Task.Delay(Timeout.Infinite, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Told to stop.
            }
        }

        if (data is null)
        {
            Directory.Delete(directory, recursive: true);
        }

        return 0;
    }

    // Only for its owner: it holds the data of Secrets.
    private static StreamWriter Recorder(string path)
    {
        var creation = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StreamWriter(path, creation) { AutoFlush = true };
    }

    private static void Keep(StreamWriter recorder, string line)
    {
        lock (recorder)
        {
            recorder.WriteLine(line);
        }
    }

    private static bool ResticIsThere() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, "restic"))
            .Prepend(Environment.GetEnvironmentVariable("BACKSNAP_RESTIC") ?? "").Any(File.Exists);

    // The pods of the embedded cluster run this very program, however it was started itself.
    private static IReadOnlyList<string> OwnProgram()
    {
        var process = Environment.ProcessPath ?? "backsnap";
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.Combine(AppContext.BaseDirectory, "backsnap.dll")] : [process];
    }
}
