using System.Text.Json;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox;

/// <summary>Puts what is written into the lines of <see cref="SandboxOptions.OnWritten"/>.</summary>
internal static class Recording
{
    /// <summary>For every state of every object; null where nobody asks.</summary>
    public static Action<StoreEvent.Change>? Objects(Action<string>? tell) =>
        tell is null ? null : change => tell($$"""{"object":{{change.Stored.Json.GetRawText()}}}""");

    /// <summary>For every line that a pod prints; null where nobody asks.</summary>
    public static Action<string>? Lines(Action<string>? tell, string ns, string pod) =>
        tell is null ? null : line => tell($$"""{"pod":{{Quoted($"{ns}/{pod}")}},"line":{{Quoted(line)}}}""");

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
