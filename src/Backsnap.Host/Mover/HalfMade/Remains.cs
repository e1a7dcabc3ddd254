using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// What lies where a repository should be made. restic stores a key first and the configuration second; one that is killed between leaves a
/// key that opens nothing, which no restic opens and over which none makes a repository.
/// </summary>
/// <param name="Names">Every object, by its path below the repository.</param>
internal sealed record Remains(ImmutableArray<string> Names)
{
    private const string KeyDirectory = "keys/";

    /// <summary>
    /// The one key, where it is all that there is: then nothing was ever stored with it, and nothing is lost with it. Null where anything else
    /// lies there, or more than one key, which no interrupted making leaves.
    /// </summary>
    public string? LoneKey => Names.Where(name => !IsLeftover(name)).ToImmutableArray() is [var only] && IsKey(only) ? only : null;

    /// <summary>Whether this is the name of a key, and nothing that could lead anywhere else.</summary>
    public static bool IsKey(string name) => name.StartsWith(KeyDirectory, StringComparison.Ordinal) && SnapshotQuery.IsFullId(name[KeyDirectory.Length..]);

    // A key that was being written by a restic, or a server of its kind, when it was killed: no reader ever takes it for one.
    private static bool IsLeftover(string name) => Leftovers.Form().IsMatch(name);
}

/// <summary>The names under which restic and its server write before they rename.</summary>
internal static partial class Leftovers
{
    [GeneratedRegex("^keys/[0-9a-f]{64}[-.](tmp-|rest-server-temp)[0-9A-Za-z]{0,32}\\z")]
    public static partial Regex Form();
}

/// <summary>Who made a key and when, which every key says of itself, unencrypted.</summary>
internal sealed record KeyOrigin(Instant Created, string Host)
{
    // A making takes seconds, and ours no longer than the first contact may; restic itself gives up after about fifteen minutes.
    private static readonly Duration LongestMaking = Duration.FromHours(1);

    /// <summary>Whether whoever made it cannot be about to store the configuration still.</summary>
    /// <param name="dead">Hosts that are proven gone.</param>
    /// <param name="ourHost">The host that we run on: a making of ours is over when this is asked.</param>
    /// <param name="now">The time.</param>
    public bool IsOver(ImmutableArray<DeadHolder> dead, string ourHost, Instant now) =>
        now - Created > LongestMaking || (Host != ourHost && dead.Any(holder => holder.Is(Host)));

    /// <summary>Reads a key; null when it is none.</summary>
    public static KeyOrigin? Parse(string json)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(json);
            return Rfc3339.Read(Json.Text(document.RootElement, "created")) is { } created && Json.Text(document.RootElement, "hostname") is { } host
                ? new KeyOrigin(created, host)
                : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
