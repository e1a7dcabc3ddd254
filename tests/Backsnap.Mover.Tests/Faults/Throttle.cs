namespace Backsnap.Mover.Tests.Faults;

/// <summary>Copies no faster than a rate, and no more than a limit.</summary>
internal static class Throttle
{
    private const int Piece = 16 * 1024;

    public static async Task Copy(Stream from, Stream to, int? rate, long? limit, CancellationToken stop)
    {
        var piece = new byte[Piece];
        var left = limit ?? long.MaxValue;
        while (left > 0 && await from.ReadAsync(piece.AsMemory(0, (int)Math.Min(Piece, left)), stop) is > 0 and var count)
        {
            await Pause(count, rate, stop);
            await to.WriteAsync(piece.AsMemory(0, count), stop);
            left -= count;
        }
    }

    public static Task Pause(int bytes, int? rate, CancellationToken stop) =>
        rate is { } limited ? Task.Delay(TimeSpan.FromSeconds((double)bytes / limited), stop) : Task.CompletedTask;
}

/// <summary>A stream that is read no faster than a rate.</summary>
internal sealed class ThrottledStream(Stream inner, int bytesPerSecond) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, bytesPerSecond)], cancellationToken);
        await Throttle.Pause(count, bytesPerSecond, cancellationToken);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
