using System.Globalization;
using System.Text;

namespace Backsnap.Mover.Benchmarks;

/// <summary>A volume to back up: the same files for the same numbers.</summary>
internal sealed record Volume(string Name, int Files, int BytesEach)
{
    private const int FilesInDirectory = 200;

    public static readonly Volume Large = new("1 GB in 10,000 files", 10_000, 100_000);
    public static readonly Volume Many = new("100,000 files of 1 KB", 100_000, 1_000);

    /// <summary>So many percent of the files.</summary>
    public Volume Part(int percent) => percent == 100 ? this : new($"{percent} % of {Name}", Files * percent / 100, BytesEach);

    /// <summary>Writes it: half of the files hold random bytes, half repeat words.</summary>
    public void Write(string root)
    {
        var chance = new Random(Files);
        var bytes = new byte[BytesEach];
        for (var number = 0; number < Files; number++)
        {
            var directory = Path.Combine(root, (number / FilesInDirectory).ToString("0000", CultureInfo.InvariantCulture));
            if (number % FilesInDirectory == 0)
                Directory.CreateDirectory(directory);
            if (number % 2 == 0)
                chance.NextBytes(bytes);
            else
                Words(chance, bytes);
            File.WriteAllBytes(Path.Combine(directory, $"{number}"), bytes);
        }
    }

    private static void Words(Random chance, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var word = Encoding.ASCII.GetBytes($"{chance.Next(100_000)} lines of a log ");
            var count = Math.Min(word.Length, bytes.Length - at);
            word.AsSpan(0, count).CopyTo(bytes.AsSpan(at));
            at += count;
        }
    }
}
