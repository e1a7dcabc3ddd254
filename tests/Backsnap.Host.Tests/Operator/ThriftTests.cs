using Backsnap.Host.Operator;

namespace Backsnap.Host.Tests.Operator;

public sealed class ThriftTests
{
    private readonly HandClock clock = HandClock.AtNight();
    private long allocated;
    private int collections;

    private Thrift Begin() => new(clock, () => collections++, () => allocated);

    [Fact]
    public void Memory_is_given_back_once_nothing_was_to_do_for_a_while_after_much_was_allocated()
    {
        using var thrift = Begin();
        allocated = Thrift.Worth;
        thrift.Rest();
        clock.Advance((Thrift.Patience - TimeSpan.FromMilliseconds(1)).TotalSeconds);
        Assert.Equal(0, collections);
        clock.Advance((TimeSpan.FromMilliseconds(1)).TotalSeconds);
        Assert.Equal(1, collections);
    }

    [Fact]
    public void A_pause_within_a_burst_is_no_rest()
    {
        using var thrift = Begin();
        allocated = Thrift.Worth;
        for (var burst = 0; burst < 10; burst++)
        {
            thrift.Rest();
            clock.Advance((Thrift.Patience / 2).TotalSeconds);
            thrift.Work();
            clock.Advance((Thrift.Patience).TotalSeconds);
        }

        Assert.Equal(0, collections);
    }

    [Fact]
    public void Little_garbage_is_not_worth_the_pause_however_often_there_is_rest()
    {
        using var thrift = Begin();
        allocated = Thrift.Worth;
        Settle(thrift);
        allocated += Thrift.Worth - 1;
        Settle(thrift);
        Assert.Equal(1, collections);
        allocated++;
        Settle(thrift);
        Assert.Equal(2, collections);
    }

    private void Settle(Thrift thrift)
    {
        thrift.Rest();
        clock.Advance((Thrift.Patience).TotalSeconds);
        thrift.Work();
    }
}
