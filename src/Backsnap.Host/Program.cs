using System.CommandLine;
using Backsnap.Host.Cli;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

var root = new RootCommand("Backs up the persistent volumes of a Kubernetes cluster with restic, and brings them back.")
{
    RunCommand.Create(),
    PlanCommand.Create(),
    ExplainCommand.Create(),
    ScheduleCommand.Create(),
    SandboxCommand.Create(),
    MoverCommand.Create(),
    TreeCommand.Create(),
    CustomResources.CreateCommand(),
    VersionCommand.Create(),
};
// @daily is a schedule here; the parser would take it for the name of a file with more arguments.
var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
if (args is [] or ["help"])
{
    return root.Parse("--help", parsing).Invoke();
}

var parsed = root.Parse(CommandLine.Normalize(args is ["help", .. var about] ? [.. about, "--help"] : args), parsing);
return parsed.Errors.Count > 0
    ? Complaint.Say(Complaint.BadInput, parsed.Errors.Select(error => $"{error.Message.TrimEnd('.')}; see 'backsnap {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help'"))
    : parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
