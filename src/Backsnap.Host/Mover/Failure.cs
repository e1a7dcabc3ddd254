namespace Backsnap.Host.Mover;

/// <summary>A failure of one run: its kind, and what exactly was said, by restic or by the store.</summary>
/// <param name="Kind">What sort of failure it is: decides the exit code.</param>
/// <param name="Detail">The particulars in one line, without the full stop; credentials are masked when it is written anywhere.</param>
internal sealed record Failure(FailureKind Kind, string Detail)
{
    /// <summary>What happened, the particulars and the way out, for a person.</summary>
    public string Message => Detail.Length == 0 ? $"{Kind.Sentence}. {Kind.WayOut}" : $"{Kind.Sentence}: {Detail}. {Kind.WayOut}";

    public static Failure BadConfiguration(string detail) => new(FailureKind.BadConfiguration, detail);
}
