using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Backsnap.Kubernetes;

/// <summary>The events of a watch's answer, line by line as they arrive.</summary>
internal static class WatchReader
{
    // etcd takes objects of 1.5 MiB at most; a line longer than this is no event.
    private const long LongestLine = 32L << 20;

    /// <param name="request">For errors.</param>
    /// <param name="response">The answer; disposed of at the end.</param>
    /// <param name="json">Reads the objects.</param>
    /// <param name="silence">A watch that sends nothing for so long is dead, whatever the socket thinks.</param>
    /// <param name="cancel">The caller's.</param>
    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        ApiRequest request, HttpResponseMessage response, JsonTypeInfo<T> json, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        using (response)
        {
            var pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false));
            try
            {
                while (true)
                {
                    var (chunk, cut) = await MoreAsync(pipe, request, silence, cancel).ConfigureAwait(false);
                    if (cut is not null)
                    {
                        yield return new WatchEvent<T>.Error(cut);
                        yield break;
                    }

                    var rest = chunk.Buffer;
                    while (NextLine(ref rest) is { } line)
                    {
                        if (line.IsEmpty || WatchLine.Read(line, json, request) is not { } read) continue;
                        yield return read;
                        if (read is WatchEvent<T>.Error) yield break;
                    }

                    if (chunk.IsCompleted)
                    {
                        // What follows the last line end is an event that is whole, or half of one: the version before it still holds.
                        if (LastLine(rest, json, request) is { } last) yield return last;
                        yield break;
                    }

                    if (rest.Length > LongestLine)
                    {
                        yield return new WatchEvent<T>.Error(new ApiError(ApiErrorKind.Unexpected, request, "a line of the watch has no end"));
                        yield break;
                    }

                    pipe.AdvanceTo(rest.Start, rest.End);
                }
            }
            finally
            {
                await pipe.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    private static WatchEvent<T>? LastLine<T>(ReadOnlySequence<byte> rest, JsonTypeInfo<T> json, ApiRequest request)
        where T : class, IKubernetesObject =>
        rest.IsEmpty || WatchLine.Read(rest, json, request) is not { } read || read is WatchEvent<T>.Error { Reason.Kind: ApiErrorKind.Unexpected }
            ? null
            : read;

    private static ReadOnlySequence<byte>? NextLine(ref ReadOnlySequence<byte> rest)
    {
        if (rest.PositionOf((byte)'\n') is not { } end) return null;

        var line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return line;
    }

    private static async ValueTask<(ReadResult Chunk, ApiError? Cut)> MoreAsync(
        PipeReader pipe, ApiRequest request, TimeSpan silence, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(silence);
        try
        {
            return (await pipe.ReadAsync(deadline.Token).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (default, new ApiError(ApiErrorKind.Timeout, request, $"the watch was silent for {silence.TotalSeconds:0} s"));
        }
        catch (Exception e) when (NetworkFailure.Is(e))
        {
            return (default, NetworkFailure.Of(request, e, certificateRefusal: null));
        }
    }
}
