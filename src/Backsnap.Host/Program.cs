using System.CommandLine;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

var root = new RootCommand("Backs up the persistent volumes of a Kubernetes cluster with restic.");
root.Subcommands.Add(MoverCommand.Create());
root.Subcommands.Add(TreeCommand.Create());
return root.Parse(args).Invoke();
