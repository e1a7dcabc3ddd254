using Backsnap.Host.Cli;

return Commands.Run(args, Environment.GetEnvironmentVariable);
