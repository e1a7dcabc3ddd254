using System.Globalization;
using Backsnap.Mover.Benchmarks;

// Usage: PROGRAM RESTIC [ROUNDS [PERCENT]]; PERCENT of the files, to try it out. PROGRAM is the published backsnap: the one that is built beside tests starts slower than what pods run.
if (args is not [var program, var restic, ..])
{
    Console.Error.WriteLine("usage: Backsnap.Mover.Benchmarks PROGRAM RESTIC [ROUNDS [PERCENT]]");
    return 2;
}

var rounds = args is [_, _, var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
var percent = args is [_, _, _, var part] ? int.Parse(part, CultureInfo.InvariantCulture) : 100;
var home = Directory.CreateTempSubdirectory("backsnap-benchmark-");
try
{
    var contest = new Contest(program, restic, home.FullName, rounds);
    await contest.Hold(Volume.Large.Part(percent));
    await contest.Hold(Volume.Many.Part(percent));
    return 0;
}
finally
{
    home.Delete(recursive: true);
}
