using System.Collections.Immutable;
using System.Text.Json;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

/// <summary>One run of the mover as others see it: exit code, result and log.</summary>
internal sealed record MoverRun(int ExitCode, JsonElement Result, string Log)
{
    public string Reason => Result.GetProperty("reason").GetString()!;

    public string Message => Result.GetProperty("message").GetString()!;

    public string SnapshotId => Result.GetProperty("snapshot").GetProperty("id").GetString()!;

    public long Backup(string figure) => Result.GetProperty("backup").GetProperty(figure).GetInt64();
}

/// <summary>A volume, a repository and a mover with real restic between them, in a directory that goes when the test ends.</summary>
internal sealed class MoverRig : IDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-mover-");
    private int runs;

    public MoverRig()
    {
        Volume = In("volume");
        Directory.CreateDirectory(Volume);
        Repository = In("repository");
    }

    public string Volume { get; init; }

    public string Repository { get; set; }

    public string Namespace { get; init; } = "shop";

    /// <summary>What the mover finds in its environment beside PATH, HOME and TMPDIR.</summary>
    public ImmutableDictionary<string, string> Environment { get; set; } = ImmutableDictionary<string, string>.Empty.Add("RESTIC_PASSWORD", Password);

    public string Restic { get; set; } = Tools.Restic;

    /// <summary>Where programs are looked for.</summary>
    public string SearchPath { get; set; } = System.Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>A path in the test's own directory.</summary>
    public string In(string name) => Path.Combine(home.FullName, name);

    public void MakeTree(long seed = 1) => new TreeMaker(Volume, seed, TreeSize.Small, "shop/orders").Make();

    public void EmptyVolume()
    {
        foreach (var entry in new DirectoryInfo(Volume).EnumerateFileSystemInfos())
            if (entry is DirectoryInfo { LinkTarget: null } directory)
                directory.Delete(recursive: true);
            else
                entry.Delete();
    }

    public Task<MoverRun> Backup(string? keep = null, string? time = null, ImmutableArray<string>? tags = null, CancellationToken stop = default) =>
        Run(Options(Operation.Backup) with { Keep = keep, Time = time, Tags = tags ?? [] }, stop);

    public Task<MoverRun> Resolve(string? snapshot = null, string? asOf = null) =>
        Run(Options(Operation.Resolve) with { Snapshot = snapshot, AsOf = asOf });

    public Task<MoverRun> Restore(string snapshot) => Run(Options(Operation.Restore) with { Snapshot = snapshot });

    public MoverOptions Options(Operation operation) => new(operation)
    {
        Repository = Repository,
        Host = Namespace,
        Path = Volume,
        CacheDirectory = In("cache"),
        ProbeTimeout = "60s",
        RetryLock = "2s",
        ResticPath = Restic,
    };

    public async Task<MoverRun> Run(MoverOptions options, CancellationToken stop = default)
    {
        var result = In($"result-{++runs}.json");
        using var log = new StringWriter();
        var surroundings = new MoverSurroundings(ProcessEnvironment(), log, stop);
        var exitCode = await new MoverSession(options with { ResultFile = result }, surroundings).Run();
        return new MoverRun(exitCode, ReadResult(result), log.ToString());
    }

    /// <summary>Runs restic itself on the repository, to see what the mover left there.</summary>
    public async Task<string> Ask(params string[] arguments)
    {
        using var log = new StringWriter();
        var restic = new Restic(
            Restic, ResticEnvironment.For(ProcessEnvironment(), Repository, In("cache")), StallLimits.Default, Niceness.None, new MoverLog(log, new SecretMask([])));
        var exit = await restic.Run(new ResticCall([.. arguments]) { KeepOutput = true }, CancellationToken.None);
        Assert.True(exit.Succeeded, log.ToString());
        return exit.Output;
    }

    public async Task<int> CountSnapshots()
    {
        using var json = JsonDocument.Parse(await Ask("snapshots", "--json"));
        return json.RootElement.GetArrayLength();
    }

    public ImmutableDictionary<string, string> ProcessEnvironment() =>
        Environment
            .SetItem("PATH", SearchPath)
            .SetItem("HOME", home.FullName)
            .SetItem("TMPDIR", Path.GetTempPath());

    public static JsonElement ReadResult(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.InRange(bytes.Length, 2, ResultJson.Limit);
        using var json = JsonDocument.Parse(bytes);
        return json.RootElement.Clone();
    }

    public void Dispose() => home.Delete(recursive: true);
}
