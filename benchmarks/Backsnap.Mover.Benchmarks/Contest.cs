namespace Backsnap.Mover.Benchmarks;

/// <summary>The mover against restic alone, and a whole backup of ours against one of the original operator, each with an empty cache as in a pod.</summary>
internal sealed class Contest(string program, string restic, string home, int rounds)
{
    private int runs;

    /// <summary>Runs all contests on one volume and prints a line for each.</summary>
    public async Task Hold(Volume kind)
    {
        var volume = Path.Combine(home, "volume");
        if (Directory.Exists(volume))
            Directory.Delete(volume, recursive: true);
        Console.WriteLine($"{kind.Name}: writing it");
        kind.Write(volume);

        List<Measured> bareFirst = [], moverFirst = [], bareAgain = [], moverAgain = [], withForget = [], pipeline = [], original = [];
        for (var round = 0; round < rounds; round++)
        {
            var (bare, mover) = (Repository("bare"), Repository("mover"));
            bareFirst.Add(await Restic(bare, "backup", "--json", "--host=shop", volume));
            moverFirst.Add(await Mover(mover, volume));
            bareAgain.Add(await Restic(bare, "backup", "--json", "--host=shop", volume));
            moverAgain.Add(await Mover(mover, volume));
            withForget.Add(Measured.InTurn(await Calls(bare, volume, Policy)));
            pipeline.Add(await Mover(mover, volume, "--keep", "last=1,hourly=12,daily=7,weekly=2,monthly=2"));
            original.Add(Measured.InTurn(await Calls(bare, volume, ["check"], Policy, ["prune"], ["check", "--read-data-subset=10%"])));
        }

        Print(kind, "first: mover without retention / restic backup", moverFirst, bareFirst);
        Print(kind, "unchanged: mover without retention / restic backup", moverAgain, bareAgain);
        Print(kind, "unchanged: mover with retention / restic backup + forget", pipeline, withForget);
        Print(kind, "unchanged: mover with retention / the original's backup + check + forget + prune + check 10 %", pipeline, original);
    }

    private static readonly string[] Policy = ["forget", "--host=shop", "--keep-last=1", "--keep-hourly=12", "--keep-daily=7", "--keep-weekly=2", "--keep-monthly=2"];

    // A backup and what follows it; one pod, and so one cache, for all its calls.
    private async Task<List<Measured>> Calls(string repository, string volume, params string[][] after)
    {
        var environment = Environment(repository);
        List<Measured> calls = [];
        foreach (var arguments in (string[][])[["backup", "--json", "--host=shop", volume], .. after])
            calls.Add(await Measured.Run(environment, restic, arguments));
        return calls;
    }

    // Made beforehand, so that both sides find one.
    private string Repository(string name)
    {
        var path = Path.Combine(home, name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Restic(path, "init").GetAwaiter().GetResult();
        return path;
    }

    private Task<Measured> Restic(string repository, params string[] arguments) =>
        Measured.Run(Environment(repository), restic, [.. arguments]);

    private Task<Measured> Mover(string repository, string volume, params string[] arguments) =>
        Measured.Run(
            Environment(repository), program,
            ["mover", "backup", "--host", "shop", "--path", volume, "--restic", restic, "--result-file", Path.Combine(home, "result"), .. arguments]);

    private Dictionary<string, string> Environment(string repository) => new()
    {
        ["RESTIC_REPOSITORY"] = repository,
        ["RESTIC_PASSWORD"] = "benchmark",
        ["RESTIC_CACHE_DIR"] = Path.Combine(home, $"cache-{++runs}"),
    };

    private static void Print(Volume kind, string what, List<Measured> ours, List<Measured> theirs)
    {
        var (one, other) = (Measured.Median(ours), Measured.Median(theirs));
        Console.WriteLine(FormattableString.Invariant(
            $"{kind.Name} | {what} | {one.Seconds:0.00} s / {other.Seconds:0.00} s = {one.Seconds / other.Seconds:0.00} | {one.Megabytes:0} MB / {other.Megabytes:0} MB = {one.Megabytes / other.Megabytes:0.00}"));
    }
}
