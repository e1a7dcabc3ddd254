using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Tests.Operator;

/// <summary>A log that keeps its lines, and a way to wait without a fixed time.</summary>
internal sealed class Lines<T> : ILogger<T>
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}

internal static class Eventually
{
    /// <summary>Waits for a condition; fails when it does not come true within 30 seconds.</summary>
    public static async Task Holds(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"not within 30 seconds: {what}");
            await Task.Delay(2);
        }
    }
}
