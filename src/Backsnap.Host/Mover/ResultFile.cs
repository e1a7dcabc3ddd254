namespace Backsnap.Host.Mover;

/// <summary>
/// Where the result is left for the operator. The kubelet mounts the termination log as a file of its own, so a new file cannot be renamed
/// over it: it is overwritten in place, and what was longer is padded with blanks before it is cut, so that at every instant a reader (or
/// a kubelet, after a kill) finds one valid JSON document.
/// </summary>
internal sealed class ResultFile(string path, bool create, SecretMask mask, MoverLog log)
{
    public const string DefaultPath = "/dev/termination-log";

    /// <summary>Leaves the result; that it cannot be left is said in the log and changes nothing else.</summary>
    public void Write(MoverResult result)
    {
        if (!create && !File.Exists(path))
            return;
        try
        {
            Overwrite(ResultJson.Write(result, mask));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Line($"the result cannot be written to {path}: {error.Message}");
        }
    }

    private void Overwrite(byte[] json)
    {
        using var file = new FileStream(path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var padded = new byte[Math.Max(json.Length, Math.Min(file.Length, ResultJson.Limit))];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        file.Write(padded);
        file.SetLength(json.Length);
        file.Flush();
    }
}
