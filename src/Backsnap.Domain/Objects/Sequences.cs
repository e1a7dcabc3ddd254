using LanguageExt;

namespace Backsnap.Domain.Objects;

/// <summary>Sequences one after the other.</summary>
public static class Sequences
{
    /// <summary>
    /// All parts in order, strict. Not <c>+</c> or <c>Concat</c> of the library's Seq: version 3.4.13 repeats the first part in place of the
    /// last where a part between them is lazy and comes out empty (a test shows it), which once wrote a status with half of its fields twice.
    /// Both are banned in Domain and Planner.
    /// </summary>
    public static Seq<T> Join<T>(params IEnumerable<Seq<T>> parts) => parts.SelectMany(part => part.AsEnumerable()).ToSeq().Strict();

    /// <summary>This sequence and then another, strict.</summary>
    public static Seq<T> Then<T>(this Seq<T> first, Seq<T> second) =>
        second.IsEmpty ? first.Strict()
        : first.IsEmpty ? second.Strict()
        : first.AsEnumerable().Concat(second.AsEnumerable()).ToSeq().Strict();
}
