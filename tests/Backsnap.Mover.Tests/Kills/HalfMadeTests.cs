using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Backsnap.Host.Mover;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Kills;

/// <summary>What a making of a repository leaves that was killed between its two files: a key, and no configuration.</summary>
public sealed class HalfMadeTests
{
    private const string DeadPod = "backsnap-orders-1-x7k2p";

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_backup_makes_the_repository_that_a_dead_pod_had_begun(bool oldest)
    {
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        await Break(rig, Directory(rig.Repository), DeadPod, TimeSpan.Zero);

        await Mended(rig, await rig.Run(rig.Options(Operation.Backup) with { DeadHolders = ["backsnap-orders-1-*"] }));
    }

    [Fact]
    public async Task One_that_was_begun_long_ago_needs_no_other_proof()
    {
        using var rig = new MoverRig();
        await Break(rig, Directory(rig.Repository), "somewhere", TimeSpan.FromMinutes(61));

        await Mended(rig, await rig.Backup());
    }

    [SkippableFact]
    public async Task On_a_rest_server_with_a_user_too()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.StartFor("mover", "secret-of-the-store");
        using var rig = new MoverRig { Repository = server.Repository("shop/orders") };
        rig.Environment = rig.Environment.Add("RESTIC_REST_USERNAME", "mover").Add("RESTIC_REST_PASSWORD", "secret-of-the-store");
        await Break(rig, Directory(Path.Combine(server.Data, "shop/orders")), DeadPod, TimeSpan.FromHours(2));

        await Mended(rig, await rig.Backup());
    }

    [SkippableFact]
    public async Task On_S3_with_a_custom_authority_too()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        using var rig = new MoverRig { Repository = $"s3:{server.Address}/{S3Server.Bucket}/a b/orders" };
        rig.Environment = rig.Environment.SetItems(server.Environment);
        await Break(rig, S3(server, "a b/orders"), DeadPod, TimeSpan.FromHours(2));

        await Mended(rig, await rig.Backup());
    }

    [Fact]
    public async Task While_its_maker_may_be_alive_it_is_left_alone_and_tried_again()
    {
        using var rig = new MoverRig();
        await Break(rig, Directory(rig.Repository), "somewhere", TimeSpan.FromMinutes(59));
        var keys = System.IO.Directory.GetFiles(Path.Combine(rig.Repository, "keys"));

        var run = await rig.Run(rig.Options(Operation.Backup) with { DeadHolders = ["backsnap-orders-1-*"] });

        Assert.True(run.ExitCode == 11, run.Log);
        Assert.Contains("somewhere began to make it", run.Message, StringComparison.Ordinal);
        Assert.Equal(keys, System.IO.Directory.GetFiles(Path.Combine(rig.Repository, "keys")));
    }

    [Theory]
    [InlineData("data/00/pack")]
    [InlineData("snapshots/one")]
    [InlineData("index/one")]
    [InlineData("locks/one")]
    [InlineData("keys/another")]
    public async Task Where_anything_else_lies_nothing_is_touched(string other)
    {
        using var rig = new MoverRig();
        await Break(rig, Directory(rig.Repository), "somewhere", TimeSpan.FromDays(1));
        await File.WriteAllTextAsync(Path.Combine(rig.Repository, other), "content");
        var before = System.IO.Directory.GetFiles(rig.Repository, "*", SearchOption.AllDirectories);

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 14, run.Log);
        Assert.Contains("it has keys and no configuration", run.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.Directory.GetFiles(rig.Repository, "*", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public async Task A_store_that_only_appends_keeps_it_and_the_way_out_is_named_and_works()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.Start("--append-only");
        using var rig = new MoverRig { Repository = server.Repository("shop/orders") };
        await Break(rig, Directory(Path.Combine(server.Data, "shop/orders")), "somewhere", TimeSpan.FromDays(1));

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 14, run.Log);
        Assert.Contains("delete its directory keys", run.Message, StringComparison.Ordinal);
        System.IO.Directory.Delete(Path.Combine(server.Data, "shop/orders/keys"), recursive: true);
        Assert.Equal(0, (await rig.Backup()).ExitCode);
    }

    private static async Task Mended(MoverRig rig, MoverRun run)
    {
        Assert.True(run.ExitCode == 0, run.Log);
        Assert.Contains("nothing but its key lies there, it is removed", run.Log, StringComparison.Ordinal);
        Assert.Equal(1, await rig.CountSnapshots());
        await rig.Ask("check", "--read-data");
    }

    // As a kill leaves it: whole but for the configuration, and its key made by this host so long ago.
    private static async Task Break(MoverRig rig, IStorage storage, string host, TimeSpan ago)
    {
        await rig.Ask("init");
        storage.Delete("config");
        var (name, key) = storage.OnlyKey();
        var changed = JsonNode.Parse(key)!;
        changed["hostname"] = host;
        changed["created"] = (DateTime.UtcNow - ago).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        var text = changed.ToJsonString();
        storage.Delete($"keys/{name}");
        storage.Write($"keys/{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))}", text);
    }

    private static IStorage Directory(string path) => new Files(path, "");

    private static IStorage S3(S3Server server, string path) => new Files(Path.Combine(server.Data, S3Server.Bucket, path), "._S3rver_object");

    private interface IStorage
    {
        (string Name, string Content) OnlyKey();

        void Write(string name, string content);

        void Delete(string name);
    }

    /// <summary>The files behind a store; s3rver has several for each object.</summary>
    private sealed record Files(string Root, string Suffix) : IStorage
    {
        public (string Name, string Content) OnlyKey()
        {
            var file = System.IO.Directory.GetFiles(Path.Combine(Root, "keys")).Single(name => name.EndsWith(Suffix, StringComparison.Ordinal));
            return (Path.GetFileName(file)[..^Suffix.Length], File.ReadAllText(file));
        }

        public void Write(string name, string content)
        {
            File.WriteAllText(Path.Combine(Root, name + Suffix), content);
            if (Suffix.Length == 0)
                return;
            File.WriteAllText(Path.Combine(Root, name + "._S3rver_metadata.json"), "{}");
#pragma warning disable CA5351 // what the server compares with is MD5
            File.WriteAllText(Path.Combine(Root, name + "._S3rver_object.md5"), Convert.ToHexStringLower(MD5.HashData(System.Text.Encoding.UTF8.GetBytes(content))));
#pragma warning restore CA5351
        }

        public void Delete(string name)
        {
            foreach (var file in System.IO.Directory.GetFiles(Path.GetDirectoryName(Path.Combine(Root, name))!, Path.GetFileName(name) + (Suffix.Length == 0 ? "" : "._S3rver_*")))
                File.Delete(file);
        }
    }
}
