using System.Diagnostics;
using Backsnap.Sandbox.Volumes;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Sandbox.Tests.Volumes;

/// <summary>A snapshot holds what the volume held, down to what only a backup program looks at.</summary>
public sealed class VolumeCopyTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("content", "echo hello >f; : >empty; mkdir -p a/b/c; : >a/b/c/deep")]
    [InlineData("odd names", "touch -- -dash 'with space' 'ümlaut' '*' '.hidden'")]
    [InlineData("modes", "touch f; chmod 4751 f; mkdir d; chmod 2770 d; touch r; chmod 0 r; chmod 1711 .")]
    [InlineData("times", "touch -d '2001-02-03 04:05:06.123456789' f; mkdir d; touch -d '1999-12-31 23:59:59.5' d; ln -s nowhere l; touch -h -d '2010-10-10 10:10:10.1' l; touch -d '2020-01-01' .")]
    [InlineData("links", "echo x >one; ln one two; mkdir d; ln one d/three; ln -s one soft; ln -s /absent dangling")]
    [InlineData("a hole", "truncate -s 64M sparse; echo end >>sparse")]
    [InlineData("a pipe", "mkfifo pipe; chmod 640 pipe")]
    [InlineData("owners", "touch f; chown 1234:5678 f; ln -s f l; chown -h 12:34 l")]
    [InlineData("a device", "mknod null c 1 3; mknod loop b 7 0")]
    [InlineData("extended attributes", "touch f; setfattr -n user.color -v blue f")]
    public async Task A_copy_keeps(string what, string make)
    {
        var source = scratch.Make("source");
        if (await RunAsync(source, make) is { } refusal)
        {
            // Owners, devices and attributes need rights or programs that not every machine gives.
            Assert.True(what is "owners" or "a device" or "extended attributes", refusal);
            return;
        }

        await VolumeDirectories.CopyAsync(source, scratch["copy"], CancellationToken.None);

        Assert.Equal(await FingerprintAsync(source), await FingerprintAsync(scratch["copy"]));
    }

    [Fact]
    public async Task A_copy_of_a_hole_takes_no_more_room()
    {
        var source = scratch.Make("source");
        Assert.Null(await RunAsync(source, "truncate -s 64M sparse"));

        await VolumeDirectories.CopyAsync(source, scratch["copy"], CancellationToken.None);

        Assert.Null(await RunAsync(scratch["copy"], "test $(du -k sparse | cut -f1) -lt 1024"));
    }

    [Fact]
    public void A_copy_of_any_tree_is_the_same_tree()
    {
        var file =
            from name in Gen.Elements("a", "b", "c", "d/e", "d/f", "d/g/h", "i j")
            from mode in Gen.Elements("600", "755", "444", "2711", "4700")
            from size in Gen.Choose(0, 70_000)
            from seconds in Gen.Choose(0, 2_000_000_000)
            from link in Gen.Elements("", "a", "d/e")
            select $"mkdir -p \"$(dirname '{name}')\"; rm -f '{name}'; "
                + (link.Length > 0 && link != name ? $"ln '{link}' '{name}' 2>/dev/null || ln -s '{link}' '{name}'" : $"head -c {size} /dev/urandom >'{name}'; chmod {mode} '{name}'; touch -d @{seconds}.25 '{name}'");
        var trees = Arb.From(file.ListOf().Select(files => string.Join('\n', files)));
        var config = Config.QuickThrowOnFailure.WithMaxTest(20).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable("BACKSNAP_SEED") is { Length: > 0 } seed)
            config = config.WithReplay(ulong.Parse(seed.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture), ulong.Parse(seed.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture));
        var number = 0;

        Prop.ForAll(trees, make => HoldsAsync(make).GetAwaiter().GetResult()).Check(config);

        async Task<bool> HoldsAsync(string make)
        {
            var source = scratch.Make($"source-{++number}");
            await RunAsync(source, make);
            await VolumeDirectories.CopyAsync(source, scratch[$"copy-{number}"], CancellationToken.None);
            return await FingerprintAsync(source) == await FingerprintAsync(scratch[$"copy-{number}"]);
        }
    }

    [Fact]
    public async Task A_copy_that_fails_leaves_nothing()
    {
        var refusal = await Assert.ThrowsAsync<VolumeException>(() => VolumeDirectories.CopyAsync(scratch["absent"], scratch["copy"], CancellationToken.None));

        Assert.Contains("absent", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    public void A_handle_does_not_lead_out_of_the_data_directory(string handle) =>
        Assert.Throws<VolumeException>(() => new VolumeDirectories(scratch.Path).PathOfVolume(handle));

    [Theory]
    [InlineData("64Mi", 67108864L)]
    [InlineData("1Gi", 1073741824L)]
    [InlineData("1.5Ki", 1536L)]
    [InlineData("1G", 1000000000L)]
    [InlineData("1e3", 1000L)]
    [InlineData("100m", 1L)]
    [InlineData("0", 0L)]
    [InlineData("many", null)]
    [InlineData("", null)]
    public void A_size_is_read_in_bytes_rounded_up(string text, long? bytes) => Assert.Equal(bytes, StorageSize.Parse(text));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1000, "1000")]
    [InlineData(67108864, "64Mi")]
    [InlineData(1536, "1536")]
    public void A_size_is_written_in_the_largest_whole_binary_unit(long bytes, string text) => Assert.Equal(text, StorageSize.Format(bytes));

    /// <summary>Every entry with its type, mode, owner, size, times, link count, link target and device, and the content of every file.</summary>
    private async Task<string> FingerprintAsync(string directory)
    {
        var file = scratch[$"fingerprint-{Guid.NewGuid():N}"];
        Assert.Null(await RunAsync(
            directory,
            $"(find . -printf '%P|%y|%m|%U:%G|%n|%l|%T@|' \\( -type d -printf '\\n' -o -printf '%s\\n' \\) | LC_ALL=C sort; "
            + "find . -type b -o -type c | LC_ALL=C sort | xargs -r stat -c '%n %t %T'; "
            + "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum; "
            + "command -v getfattr >/dev/null && getfattr -R -d -m user. . | grep -v '^#' || true) >'" + file + "'"));
        return await File.ReadAllTextAsync(file);
    }

    private static async Task<string?> RunAsync(string directory, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-ec", script]) { WorkingDirectory = directory, RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : errors + $" exit {process.ExitCode}";
    }
}
