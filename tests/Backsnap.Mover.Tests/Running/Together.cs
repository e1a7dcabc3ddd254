using System.Collections.Immutable;

namespace Backsnap.Mover.Tests;

/// <summary>Runs cases that mostly wait at the same time, and names each that fails.</summary>
internal static class Together
{
    public static async Task All<T>(ImmutableArray<T> cases, Func<T, string> name, Func<T, Task> run)
    {
        var failures = await Task.WhenAll(cases.Select(Failure));
        Assert.True(failures.All(failure => failure is null), string.Join("\n\n", failures.Where(failure => failure is not null)));

        async Task<string?> Failure(T one)
        {
            try
            {
                await run(one);
                return null;
            }
            catch (Exception error) when (error is Xunit.Sdk.XunitException or InvalidOperationException or IOException or KeyNotFoundException)
            {
                return $"{name(one)}: {error.Message}\n{error.StackTrace}";
            }
        }
    }
}
