using Backsnap.Domain.Objects;
using Backsnap.Domain.Tests.Schedules;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Tests.Objects;

public sealed class SequencesTests(ITestOutputHelper output)
{
    private static readonly Gen<int[][]> Parts = Gen.Choose(0, 9).ArrayOf().ArrayOf();

    [Fact]
    public void Joined_parts_hold_every_item_once_and_in_order() => Laws.Hold(
        output, Parts, parts => Assert.Equal(parts.SelectMany(part => part), Sequences.Join(parts.Select(part => part.ToSeq())).AsEnumerable()));

    [Fact]
    public void That_holds_for_lazy_parts_too() => Laws.Hold(
        output, Parts, parts => Assert.Equal(
            parts.SelectMany(part => part.Where(item => item > 4)), Sequences.Join(parts.Select(part => part.ToSeq().Filter(item => item > 4))).AsEnumerable()));

    [Fact]
    public void One_sequence_then_another_is_both_joined() => Laws.Hold(
        output, Parts, parts => Assert.Equal(
            parts.SelectMany(part => part.Where(item => item > 4)),
            parts.Aggregate(Seq<int>(), (all, part) => all.Then(part.ToSeq().Filter(item => item > 4))).AsEnumerable()));

    /// <summary>Why the library's own operator is banned. When this fails after an upgrade, the ban and the two functions can go.</summary>
    [Fact]
    public void The_librarys_own_operator_loses_the_last_part_after_a_lazy_empty_one()
    {
        var none = Option<int>.None.ToSeq().Bind(item => Seq(item, item));
        var sums = new[]
        {
            Seq(1, 2) + none + Seq(3, 4),
            Seq(1, 2) + Seq(7, 8).Filter(item => item > 100) + Seq(3, 4),
            Seq(1, 2) + Seq1(7).Bind(_ => Seq<int>()) + Seq(3, 4),
            Seq(1, 2) + Enumerable.Range(1, 3).Where(item => item > 100).ToSeq() + Seq(3, 4),
        };
        Assert.NotEqual("1 2 3 4, 1 2 3 4, 1 2 3 4, 1 2 3 4", string.Join(", ", sums.Select(sum => string.Join(' ', sum.ToArray()))));
    }
}
