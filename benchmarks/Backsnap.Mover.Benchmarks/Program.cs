using System.Globalization;
using Backsnap.Mover.Benchmarks;

// Usage: PROGRAM RESTIC [ROUNDS]. PROGRAM is the published backsnap: the one that is built beside tests starts slower than what pods run.
if (args is not [var program, var restic, ..])
{
    Console.Error.WriteLine("usage: Backsnap.Mover.Benchmarks PROGRAM RESTIC [ROUNDS]");
    return 2;
}

var rounds = args is [_, _, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
var home = Directory.CreateTempSubdirectory("backsnap-benchmark-");
try
{
    var contest = new Contest(program, restic, home.FullName, rounds);
    await contest.Hold(Volume.Large);
    await contest.Hold(Volume.Many);
    return 0;
}
finally
{
    home.Delete(recursive: true);
}
