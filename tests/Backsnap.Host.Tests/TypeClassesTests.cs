using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt.ClassInstances;
using LanguageExt.TypeClasses;

namespace Backsnap.Host.Tests;

/// <summary>
/// The natively compiled program compares with .NET's comparers where every other build compares with LanguageExt's instances: both must
/// be of one mind, or the tests would tell of another program than the one that is shipped.
/// </summary>
public sealed class TypeClassesTests
{
    private static readonly Gen<(string, string)> Words =
        from one in Gen.OneOf(Laws.AnyText, Gen.Elements("", "a", "A", "b", "ä", "a\u0308", "Z", "-", "a-b", "ab"))
        from other in Gen.OneOf(Laws.AnyText, Gen.Constant(one), Gen.Elements("", "a", "A", "b", "ä", "a\u0308", "Z", "-", "a-b", "ab"))
        select (one, other);

    [Fact]
    public void Strings_are_equal_hashed_and_ordered_as_by_DotNets_comparers() =>
        Laws.Hold(
            Words,
            pair => default(EqDefault<string>).Equals(pair.Item1, pair.Item2) == string.Equals(pair.Item1, pair.Item2, StringComparison.Ordinal)
                && Math.Sign(default(OrdDefault<string>).Compare(pair.Item1, pair.Item2)) == Math.Sign(Comparer<string>.Default.Compare(pair.Item1, pair.Item2))
                && Math.Sign(default(OrdDefault<string>).Compare(pair.Item1, pair.Item2)) == Math.Sign(string.CompareOrdinal(pair.Item1, pair.Item2))
                && (pair.Item1 != pair.Item2 || default(HashableDefault<string>).GetHashCode(pair.Item1) == default(HashableDefault<string>).GetHashCode(pair.Item2)));

    [Fact]
    public void Numbers_and_truths_are_equal_and_ordered_as_by_DotNets_comparers() =>
        Laws.Hold(
            from one in Gen.Choose(-3, 3) from other in Gen.Choose(-3, 3) select (one, other),
            pair => AgreesOn(pair.one, pair.other)
                && AgreesOn((long)pair.one, pair.other)
                && AgreesOn(pair.one > 0, pair.other > 0)
                && AgreesOn(new DateTime(2026, 11, 4 + pair.one), new DateTime(2026, 11, 4 + pair.other)));

    [Fact]
    public void No_type_of_ours_is_compared_by_an_instance_of_its_own()
    {
        TypeClasses.SettleInstances();
        var table = (Dictionary<Type, System.Collections.Generic.HashSet<Type>>)typeof(ClassInstancesAssembly)
            .GetField("ClassInstances", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

        Assert.All(
            table.Where(entry => entry.Key.IsGenericType && entry.Key.GetGenericTypeDefinition() is var kind && (kind == typeof(Eq<>) || kind == typeof(Ord<>) || kind == typeof(LanguageExt.Hashable<>))),
            entry => Assert.DoesNotContain("Backsnap", entry.Key.GetGenericArguments()[0].ToString(), StringComparison.Ordinal));
    }

    private static bool AgreesOn<T>(T one, T other) =>
        default(EqDefault<T>).Equals(one, other) == EqualityComparer<T>.Default.Equals(one, other)
        && Math.Sign(default(OrdDefault<T>).Compare(one, other)) == Math.Sign(Comparer<T>.Default.Compare(one, other));
}
