using Backsnap.Host;
using Backsnap.Host.Cli;

TypeClasses.SettleInstances();
return Commands.Run(args, Environment.GetEnvironmentVariable);
