using Backsnap.Host.Mover;
using Backsnap.Host.Tree;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class StaleLocksTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 1, 1, 12, 0);
    private static readonly RepositoryLock Live = new(Now - Duration.FromMinutes(4), "pod-a");
    private static readonly RepositoryLock Dead = new(Now - Duration.FromMinutes(31), "pod-b");

    [Fact]
    public void Only_a_lock_that_was_not_refreshed_for_half_an_hour_is_proof_that_its_holder_is_gone()
    {
        Assert.True(StaleLocks.MayRemove([Dead], "pod-c", Now));
        Assert.True(StaleLocks.MayRemove([Live, Dead], "pod-c", Now));
        Assert.False(StaleLocks.MayRemove([Live], "pod-c", Now));
        Assert.False(StaleLocks.MayRemove([], "pod-c", Now));
    }

    [Fact]
    public void A_lock_of_our_own_host_s_name_may_be_a_live_one_of_another_container()
    {
        Assert.False(StaleLocks.MayRemove([Dead, Live], "pod-a", Now));
        Assert.False(StaleLocks.MayRemove([Dead], "pod-b", Now));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00.5Z", "gone", true)]
    [InlineData("2999-01-01T00:00:00Z", "alive", false)]
    public async Task Retention_gets_past_a_dead_lock_and_not_past_a_live_one(string refreshed, string host, bool passes)
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        rig.Restic = rig.In("restic-with-a-lock");
        // A lock's age is within its encrypted content, so an old one cannot be made; restic's answers about it can.
        File.WriteAllText(
            rig.Restic,
            $$"""
            #!/bin/sh
            removed='{{rig.In("removed")}}'
            case "$1 $2" in
              "forget "*) [ -e "$removed" ] || exit 11 ;;
              "list locks") printf '%064d\n' 7; exit ;;
              "cat lock") echo '{"time":"{{refreshed}}","exclusive":false,"hostname":"{{host}}","pid":1}'; exit ;;
              "unlock "*) touch "$removed"; exit ;;
            esac
            exec '{{Tools.Restic}}' "$@"
            """);
        Posix.SetMode(rig.Restic, 0x1C0);

        var saved = await rig.Backup(keep: "last=1");

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal(passes, File.Exists(rig.In("removed")));
        Assert.Equal(passes, saved.Result.GetProperty("forget").GetProperty("error").ValueKind == System.Text.Json.JsonValueKind.Null);
    }
}
