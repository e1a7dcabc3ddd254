using Backsnap.Domain.Movers;
using Backsnap.Host.Mover;
using Backsnap.Host.Observation;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Observation;

public sealed class HeadwayTextTests
{
    [Fact]
    public void The_last_line_that_the_mover_s_own_log_has_tells_how_far_it_is()
    {
        string Line(double done, double? left) => ProgressLog.Text("backup", new ResticMessage.Progress(done, 120, 300, (long)(done * 3_000_000_000), 3_000_000_000, left), 1 << 20);

        Assert.Equal(Some(new Headway(42, "1.2 GiB", "2.8 GiB", Some("3 min 20 s"))), HeadwayText.Last([Line(0.1, null), Line(0.423, 200), "cannot read /data/x: permission denied"]));
        Assert.Equal(Some(new Headway(50, "1.4 GiB", "2.8 GiB", Some("20.0 s"))), HeadwayText.Last([Line(0.5, 20)]));
        Assert.Equal("42 %, 1.2 GiB of 2.8 GiB, 3 min 20 s left", new Headway(42, "1.2 GiB", "2.8 GiB", Some("3 min 20 s")).Text);
    }

    [Theory]
    [InlineData("restore 99.9 %  1 B of 2 B  7 files  0 B/s", 99)]
    [InlineData("backup 1.2 GiB  120 files  1.0 MiB/s", null)]
    [InlineData("backup 999.0 %  1 B of 2 B  7 files  0 B/s", 100)]
    [InlineData("x backup 42.3 %  1 B of 2 B  7 files  0 B/s", null)]
    [InlineData("backup 42.3 %  1 B of 2 B  7 files  0 B/s  ETA <script>", null)]
    [InlineData("backup 42.3 %  1 B of 2 B and more  7 files  0 B/s", null)]
    public void Nothing_but_such_a_line_is_believed(string line, int? percent) =>
        Assert.Equal(percent, HeadwayText.Last([line]).Map(found => (int?)found.Percent).IfNoneUnsafe((int?)null));
}
