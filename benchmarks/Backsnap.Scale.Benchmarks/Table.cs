using System.Globalization;

namespace Backsnap.Scale.Benchmarks;

/// <summary>The figures, a line each, as they come: what was measured, and whether it is within its target.</summary>
internal sealed class Table
{
    public Table() => Console.WriteLine("| trial | what | measured | target | |\n|---|---|---|---|---|");

    /// <summary>How many figures missed their targets.</summary>
    public int Failures { get; private set; }

    /// <summary>Adds a figure.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="what">What was measured.</param>
    /// <param name="value">The figure.</param>
    /// <param name="unit">Its unit; empty for a number of things.</param>
    /// <param name="most">The most that it should be; null where there is no target.</param>
    public void Add(string trial, string what, double value, string unit, double? most = null)
    {
        var missed = value > most;
        Failures += missed ? 1 : 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {trial} | {what} | {value:0.###} {unit} | {(most is { } target ? $"{target:0.###}" : "")} | {(most is null ? "" : missed ? "MISSED" : "ok")} |"));
    }
}
