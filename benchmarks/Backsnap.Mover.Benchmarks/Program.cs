using System.Globalization;
using Backsnap.Mover.Benchmarks;

// PERCENT of the files, to try it out; one of the volumes alone, for a machine that is quiet only for a while. PROGRAM is the published backsnap:
// the one that is built beside tests starts slower than what pods run.
if (args is not [var program, var restic, ..])
{
    Console.Error.WriteLine("usage: Backsnap.Mover.Benchmarks PROGRAM RESTIC [ROUNDS [PERCENT [large|many]]]");
    return 2;
}

var rounds = args is [_, _, var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
var percent = args is [_, _, _, var part, ..] ? int.Parse(part, CultureInfo.InvariantCulture) : 100;
var only = args is [_, _, _, _, var name] ? name : null;
var home = Directory.CreateTempSubdirectory("backsnap-benchmark-");
try
{
    var contest = new Contest(program, restic, home.FullName, rounds);
    if (only is null or "large")
        await contest.Hold(Volume.Large.Part(percent));
    if (only is null or "many")
        await contest.Hold(Volume.Many.Part(percent));
    return 0;
}
finally
{
    home.Delete(recursive: true);
}
