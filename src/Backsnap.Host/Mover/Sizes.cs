using System.Globalization;

namespace Backsnap.Host.Mover;

/// <summary>Numbers of bytes for people, in binary units, as restic and kubectl write them.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Text(double bytes)
    {
        var unit = 0;
        var value = Math.Max(0, bytes);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}");
    }
}
