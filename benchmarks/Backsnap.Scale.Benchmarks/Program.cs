using System.Globalization;
using Backsnap.Scale.Benchmarks;

// Usage: PROGRAM CRDS [PERCENT]. PROGRAM is the published backsnap, CRDS the directory config/crd/bases; PERCENT of the objects, to try it out.
if (args is not [var program, var definitions, ..])
{
    Console.Error.WriteLine("usage: Backsnap.Scale.Benchmarks PROGRAM CRDS [PERCENT]");
    return 2;
}

var percent = args is [_, _, var part] ? int.Parse(part, CultureInfo.InvariantCulture) : 100;
var table = new Table();
await Trials.AtRest(table, program, definitions, "small", claims: 3, backups: 3, new Targets(FirstPlanSeconds: 0.3, IdleMegabytes: 60, PeakMegabytes: null));
foreach (var (claims, megabytes, seconds) in new (int, double?, double?)[] { (500, null, null), (2_000, 70, null), (5_000, null, 15) })
    await Trials.AllDue(table, program, definitions, claims * percent / 100, megabytes, seconds);
await Trials.AtRest(table, program, definitions, "large", 20_000 * percent / 100, 60_000 * percent / 100, new Targets(FirstPlanSeconds: null, IdleMegabytes: 150, PeakMegabytes: null));
return table.Failures == 0 ? 0 : 1;
