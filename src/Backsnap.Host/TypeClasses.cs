using System.Reflection;
using LanguageExt.ClassInstances;

namespace Backsnap.Host;

/// <summary>The instances of LanguageExt's type classes, such as "how strings are compared".</summary>
internal static class TypeClasses
{
    /// <summary>
    /// Tells LanguageExt that there are no instances but .NET's own comparers, where it cannot find out. It looks through every type of every
    /// assembly, which a natively compiled program does not have, and is left without a table. For each type that this program
    /// compares, .NET's comparer and the instance that would have been found are of one mind (TypeClassesTests).
    /// </summary>
    public static void SettleInstances()
    {
        var table = typeof(ClassInstancesAssembly).GetField("ClassInstances", BindingFlags.Static | BindingFlags.NonPublic)!;
        if (table.GetValue(null) is null)
        {
            table.SetValue(null, new Dictionary<Type, System.Collections.Generic.HashSet<Type>>());
        }
    }
}
