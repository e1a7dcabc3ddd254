using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backsnap.Sandbox.Resources;

/// <summary>How JSON goes over the wire: compact, and with no more escapes than JSON demands.</summary>
internal static class Wire
{
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>An object with the same field twice has no one meaning.</summary>
    public static readonly JsonDocumentOptions Reader = new() { AllowDuplicateProperties = false, MaxDepth = 128 };
}
