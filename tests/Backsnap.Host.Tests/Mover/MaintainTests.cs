using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

/// <summary>Prune and check, apart from backups, with real restic of both versions.</summary>
public sealed class MaintainTests
{
    public static TheoryData<string> Restics => SelectionTests.Restics;

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task Prune_frees_what_retention_left_behind_and_forgets_nothing(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        await SaveNoise(rig);
        var kept = await SaveNoise(rig, keep: "last=1");
        var before = Size(rig);

        var run = await rig.Run(rig.Options(Operation.Prune));

        Assert.True(run.ExitCode == 0, run.Log);
        Assert.Equal("prune", run.Result.GetProperty("operation").GetString());
        Assert.InRange(run.Result.GetProperty("prune").GetProperty("bytesRemoved").GetInt64(), Noise, 2 * Noise);
        Assert.InRange(run.Result.GetProperty("prune").GetProperty("bytesRemaining").GetInt64(), Noise, 2 * Noise);
        Assert.True(before - Size(rig) >= Noise);
        Assert.Equal(1, await rig.CountSnapshots());
        Assert.Equal(0, (await rig.Resolve(kept.SnapshotId)).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task Check_finds_damage_in_the_data_where_it_reads_it(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        await SaveNoise(rig);
        Assert.Equal("RepositorySound", (await Check(rig, "1/1")).Reason);
        Damage(rig, path => Overwrite(path));

        var structure = await Check(rig, null);
        var data = await Check(rig, "1/1");

        Assert.Equal(0, structure.ExitCode);
        Assert.Equal(14, data.ExitCode);
        Assert.Equal("RepositoryDamaged", data.Reason);
        Assert.Contains("1 broken packs", data.Message, StringComparison.Ordinal);
        Assert.Contains("ciphertext verification failed", data.Result.GetProperty("warnings").GetProperty("first")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task Check_finds_what_is_missing_without_reading_data(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        await SaveNoise(rig);
        Damage(rig, File.Delete);

        var run = await Check(rig, null);

        Assert.Equal("RepositoryDamaged", run.Reason);
        Assert.Contains("does not exist", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Prune")]
    [InlineData("Check")]
    public async Task Maintenance_never_makes_a_repository(string operation)
    {
        using var rig = new MoverRig();

        var run = await rig.Run(rig.Options(Enum.Parse<Operation>(operation)));

        Assert.Equal(10, run.ExitCode);
        Assert.False(Directory.Exists(rig.Repository));
    }

    [Fact]
    public async Task A_check_that_cannot_open_the_repository_says_nothing_of_damage()
    {
        using var rig = new MoverRig();
        await SaveNoise(rig);
        rig.Environment = rig.Environment.SetItem("RESTIC_PASSWORD", "wrong-password");

        Assert.Equal("WrongPassword", (await Check(rig, null)).Reason);
    }

    [Theory]
    [InlineData("1/1", true)]
    [InlineData("28/28", true)]
    [InlineData("5%", true)]
    [InlineData("29/28", false)]
    [InlineData("0/28", false)]
    [InlineData("1/257", false)]
    [InlineData("0%", false)]
    [InlineData("101%", false)]
    [InlineData("500M", false)]
    [InlineData("--help", false)]
    public void A_part_of_the_data_is_an_nth_or_a_percentage(string text, bool expected) => Assert.Equal(expected, MaintainRequest.IsSubset(text));

    [Fact]
    public void What_restic_s_account_does_not_hold_is_zero() => Assert.Equal(new PruneFigures(0, 0), PruneRun.Parse("something else"));

    private const int Noise = 3_000_000;

    private static Task<MoverRun> Check(MoverRig rig, string? subset) => rig.Run(rig.Options(Operation.Check) with { ReadDataSubset = subset });

    private static Task<MoverRun> SaveNoise(MoverRig rig, string? keep = null)
    {
        var noise = new byte[Noise];
        System.Security.Cryptography.RandomNumberGenerator.Fill(noise);
        File.WriteAllBytes(Path.Combine(rig.Volume, "noise"), noise);
        return rig.Backup(keep);
    }

    private static long Size(MoverRig rig) => new DirectoryInfo(rig.Repository).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static void Damage(MoverRig rig, Action<string> damage) =>
        damage(new DirectoryInfo(Path.Combine(rig.Repository, "data")).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.FullName);

    private static void Overwrite(string path)
    {
        Backsnap.Host.Tree.Posix.SetMode(path, 0x180);
        using var file = File.OpenWrite(path);
        file.Position = 1000;
        file.Write("damage"u8);
    }
}
