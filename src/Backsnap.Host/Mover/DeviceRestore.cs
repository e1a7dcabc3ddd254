using System.Diagnostics;
using System.Security.Cryptography;
using Backsnap.Domain.Volumes;

namespace Backsnap.Host.Mover;

/// <summary>
/// Writes the image of a device back. Zeros are written only where something else stands: a thin volume then stays thin, and one that was
/// used before still ends with the snapshot's content. What was written is read again and compared before it is called done.
/// </summary>
internal sealed class DeviceRestore(Restic restic, RestoreRequest request, MoverLog log)
{
    private readonly ProgressLog progress = new("restore", log);
    private readonly string device = request.Source.Path.OnDisk;

    public async Task<MoverOutcome> Run(SnapshotInfo snapshot, CancellationToken stop)
    {
        var room = BlockDevice.Length(device) ?? 0;
        if (BlockDevice.RememberedSize(snapshot) is not { } size)
            return MoverOutcome.Of(new Failure(FailureKind.NoSnapshot, $"snapshot {snapshot.ShortId} does not say how large its device was"));
        if (room < size)
            return MoverOutcome.Of(Failure.BadConfiguration($"{device} has {Sizes.Text(room)}, and snapshot {snapshot.ShortId} is of a device of {Sizes.Text(size)}"));

        Written? written = null;
        var exit = await new RepositoryLocks(restic, request.Patience, log).Run(
            new ResticCall(["dump", "--", snapshot.Id, VolumePath.DeviceImage]) { Sink = async (content, moved) => written = await Write(content, size, moved, stop).ConfigureAwait(false) },
            stop).ConfigureAwait(false);
        return written is Written.Broken(var why) ? MoverOutcome.Of(new Failure(FailureKind.Other, why))
            : !exit.Succeeded ? MoverOutcome.Of(FailureDiagnosis.Of(exit))
            : written is Written.Whole(var bytes, var hash) && bytes == size
                ? await Verify(hash, size, stop).ConfigureAwait(false) ?? new MoverOutcome.PutBack(snapshot, new RestoreFigures(1, size))
                : MoverOutcome.Of(new Failure(FailureKind.Other, $"the image of snapshot {snapshot.ShortId} is not of the {size} bytes that its tag remembers"));
    }

    private abstract record Written
    {
        private Written()
        {
        }

        public sealed record Whole(long Bytes, string Hash) : Written;

        public sealed record Broken(string Why) : Written;
    }

    private async Task<Written> Write(Stream content, long size, Action moved, CancellationToken stop)
    {
        try
        {
            using var target = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (block, present) = (new byte[BlockDevice.BlockSize], new byte[BlockDevice.BlockSize]);
            long at = 0;
            while (await content.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false) is > 0 and var read)
            {
                // The snapshot holds more than it remembers: not a byte beyond that is written.
                if (at + read > size)
                    return new Written.Whole(at + read, "");
                var data = block.AsMemory(0, read);
                hash.AppendData(data.Span);
                if (data.Span.ContainsAnyExcept((byte)0) || Holds(target, present.AsSpan(0, read), at))
                    RandomAccess.Write(target, data.Span, at);
                at += read;
                moved();
                progress.Hear(new ResticMessage.Progress((double)at / size, 0, 1, at, size, null));
            }

            RandomAccess.FlushToDisk(target);
            return new Written.Whole(at, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // restic ends when nobody reads any more.
            await content.DisposeAsync().ConfigureAwait(false);
            return new Written.Broken($"{device} could not be written: {error.Message}");
        }
    }

    private static bool Holds(Microsoft.Win32.SafeHandles.SafeFileHandle target, Span<byte> present, long at)
    {
        var read = RandomAccess.Read(target, present, at);
        return read < present.Length || present.ContainsAnyExcept((byte)0);
    }

    private async Task<MoverOutcome?> Verify(string expected, long size, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var target = File.OpenHandle(device);
        var block = new byte[BlockDevice.BlockSize];
        for (long at = 0; at < size;)
        {
            var read = await RandomAccess.ReadAsync(target, block.AsMemory(0, (int)Math.Min(block.Length, size - at)), at, stop).ConfigureAwait(false);
            if (read == 0)
                break;
            hash.AppendData(block, 0, read);
            at += read;
        }

        log.Line($"read again and compared in {ResultText.Seconds(Stopwatch.GetElapsedTime(started).TotalSeconds)}");
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == expected
            ? null
            : MoverOutcome.Of(new Failure(FailureKind.Other, $"{device} does not hold what was written to it"));
    }
}
