using System.CommandLine;
using Backsnap.Host.Mover;

var root = new RootCommand("Backs up the persistent volumes of a Kubernetes cluster with restic.");
root.Subcommands.Add(MoverCommand.Create());
return root.Parse(args).Invoke();
