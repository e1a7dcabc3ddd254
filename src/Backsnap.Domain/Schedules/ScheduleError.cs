namespace Backsnap.Domain.Schedules;

/// <summary>
/// Why a text is not a schedule (or not a time zone): which part of it is wrong, what is written there, what is wrong with it, and what
/// would be right. It is meant for the person who wrote the text; nothing else than <see cref="Message"/> need be shown.
/// </summary>
/// <param name="Field">The part, in words: <c>minute</c>, <c>day of month</c>, <c>expression</c>, <c>timezone</c> and so on.</param>
/// <param name="Text">The offending text itself: one item of a list, not the whole expression.</param>
/// <param name="Problem">What is wrong with it, to be read after the text: <c>is out of range</c>.</param>
/// <param name="Allowed">What may be written instead.</param>
public sealed record ScheduleError(string Field, string Text, string Problem, string Allowed)
{
    private const int LongestQuote = 80;

    /// <summary>The one sentence for a person. A very long text is cut in it.</summary>
    public string Message => $"{Field} '{Quoted}' {Problem}: {Allowed}";

    private string Quoted => Text.Length <= LongestQuote ? Text : Text[..LongestQuote] + "…";

    /// <inheritdoc/>
    public override string ToString() => Message;
}
