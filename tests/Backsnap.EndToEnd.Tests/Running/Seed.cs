using System.Globalization;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>A test's chances, for any thread. A failure prints <see cref="ToString"/>; with it in the environment they are the same again.</summary>
internal sealed class Seed
{
    private const string Variable = "BACKSNAP_SEED";

    private readonly int value = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
    private readonly Random random;
    private readonly Lock drawing = new();

    public Seed() => random = new Random(value);

    /// <summary>From 0 to less than this.</summary>
    public int Below(int limit)
    {
        lock (drawing)
        {
            return random.Next(limit);
        }
    }

    /// <summary>One of these.</summary>
    public T OneOf<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>A time up to less than this.</summary>
    public TimeSpan Within(TimeSpan limit) => TimeSpan.FromMilliseconds(Below((int)limit.TotalMilliseconds));

    /// <inheritdoc/>
    public override string ToString() => $"{Variable}={value}";
}
