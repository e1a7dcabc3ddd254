using Backsnap.Planner.Index;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit.Abstractions;
using Check = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Index;

/// <summary>What changed of a kind is found rightly however much of it changed, and in whatever order it stands.</summary>
public sealed class FollowingLaws(ITestOutputHelper output)
{
    /// <summary>An object: two that look alike are two all the same.</summary>
    private sealed class Thing;

    /// <summary>What happens to a list between two looks.</summary>
    private enum Edit
    {
        Remove,
        Insert,
        Replace,
        Swap,
    }

    private sealed record Case(int Size, IReadOnlyList<IReadOnlyList<(Edit Edit, int At)>> Looks);

    // Few edits, as between two plans, and many, as after a list was read anew.
    private static Gen<Case> Cases { get; } =
        from size in Gen.Choose(0, 300)
        from looks in Gen.Frequency((4, Gen.Choose(0, 5)), (1, Gen.Choose(0, 400)))
            .SelectMany(count => (from edit in Gen.Elements(Enum.GetValues<Edit>()) from at in Gen.Choose(0, 10_000) select (edit, at)).ListOf(count))
            .ListOf(4)
        select new Case(size, [.. looks.Select(IReadOnlyList<(Edit, int)> (edits) => [.. edits])]);

    [Fact]
    public void What_was_there_without_what_is_gone_and_with_what_has_come_is_what_is_there() => Check.Hold(output, Cases, Follows, 200);

    [Fact]
    public void Nothing_has_changed_where_the_same_objects_are_shown_again() => Check.Hold(
        output, Cases,
        one =>
        {
            var (following, things) = (new Following<Thing>(), Enumerable.Range(0, one.Size).Select(_ => new Thing()).ToList());
            following.Look(things.ToSeq().Strict());
            Assert.True(following.Look(things.ToSeq().Strict()).IsNone);
        },
        50);

    private static void Follows(Case one)
    {
        var (following, known) = (new Following<Thing>(), new System.Collections.Generic.HashSet<Thing>());
        var things = Enumerable.Range(0, one.Size).Select(_ => new Thing()).ToList();
        Look(following, known, things);
        foreach (var edits in one.Looks)
        {
            foreach (var (edit, at) in edits)
            {
                Apply(edit, at, things);
            }

            Look(following, known, things);
        }
    }

    private static void Look(Following<Thing> following, System.Collections.Generic.HashSet<Thing> known, List<Thing> things)
    {
        var change = following.Look(things.ToSeq().Strict());
        Assert.All(change.Gone, gone => Assert.True(known.Remove(gone), "something is gone that was not there"));
        Assert.All(change.Come, come => Assert.True(known.Add(come), "something came that was there"));
        Assert.True(known.SetEquals(things));
    }

    private static void Apply(Edit edit, int at, List<Thing> things)
    {
        switch (edit)
        {
            case Edit.Insert:
                things.Insert(at % (things.Count + 1), new Thing());
                break;
            case Edit.Remove when things.Count > 0:
                things.RemoveAt(at % things.Count);
                break;
            case Edit.Replace when things.Count > 0:
                things[at % things.Count] = new Thing();
                break;
            case Edit.Swap when things.Count > 0:
                (things[at % things.Count], things[^1]) = (things[^1], things[at % things.Count]);
                break;
            case Edit.Remove or Edit.Replace or Edit.Swap:
                break;
        }
    }
}
