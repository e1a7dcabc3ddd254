using System.Globalization;
using Backsnap.Scale.Benchmarks;

// Usage: PROGRAM CRDS [PERCENT [TRIAL]]. PROGRAM is the published backsnap, CRDS the directory config/crd/bases; PERCENT of the objects, to try it out; TRIAL
// is small, backup, due or large, for one alone.
if (args is not [var program, var definitions, ..])
{
    Console.Error.WriteLine("usage: Backsnap.Scale.Benchmarks PROGRAM CRDS [PERCENT [small|backup|due|large]]");
    return 2;
}

var percent = args is [_, _, var part, ..] ? int.Parse(part, CultureInfo.InvariantCulture) : 100;
var only = args is [_, _, _, var trial] ? trial : null;
var table = new Table();
if (only is null or "small")
    await Trials.AtRest(table, program, definitions, "small", claims: 3, backups: 3, new Targets(FirstPlanSeconds: 0.3, IdleMegabytes: 60, PeakMegabytes: null, PlanMilliseconds: 5));
if (only is null or "backup")
    await Trials.OneByOne(table, program, definitions, mostMilliseconds: 50);
foreach (var (claims, megabytes, seconds) in only is null or "due" ? new (int, double?, double?)[] { (500, null, null), (2_000, 70, null), (5_000, null, 15) } : [])
    await Trials.AllDue(table, program, definitions, claims * percent / 100, megabytes, seconds);
if (only is null or "large")
    await Trials.AtRest(table, program, definitions, "large", 20_000 * percent / 100, 60_000 * percent / 100, new Targets(FirstPlanSeconds: null, IdleMegabytes: 150, PeakMegabytes: null, PlanMilliseconds: 5));
return table.Failures == 0 ? 0 : 1;
