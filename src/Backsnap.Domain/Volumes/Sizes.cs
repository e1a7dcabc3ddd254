using System.Globalization;

namespace Backsnap.Domain.Volumes;

/// <summary>Numbers of bytes for people, in binary units and with one decimal, as restic and kubectl write them. Not to be read back.</summary>
public static class Sizes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>As in <c>349 B</c> or <c>3.2 MiB</c>; less than nothing counts as nothing.</summary>
    public static string Text(double bytes)
    {
        var unit = 0;
        var value = Math.Max(0, bytes);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}");
    }
}
