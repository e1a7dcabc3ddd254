using Backsnap.Host.Cli;
using Backsnap.Planner.Schedules;
using Backsnap.Domain.Claims;
using Backsnap.Planner;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Tests.Cli.Explain;

/// <summary>
/// What <c>backsnap explain</c> prints, compared with the texts beside this file; BACKSNAP_UPDATE_GOLDEN=1 in the environment writes them anew.
/// </summary>
public sealed class ExplainTests
{
    private static readonly Instant Sunday = Instant.FromUtc(2026, 11, 22, 14, 0);

    [Theory]
    [InlineData("orders", "text", "orders.txt")]
    [InlineData("orders", "json", "orders.json")]
    [InlineData("cache", "text", "cache.txt")]
    [InlineData("cache", "json", "cache.json")]
    public void An_explanation_reads_as_it_was_agreed(string claim, string form, string kept)
    {
        var text = ExplainCommand.Print(Explained(claim), Sunday, form);
        var path = Path.Combine(Directory(), kept);
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }

    [Theory]
    [InlineData(0, "shop/orders")]
    [InlineData(0, "orders", "-n", "shop")]
    [InlineData(0, "orders", "--namespace", "shop", "-o", "json")]
    [InlineData(2, "shop/nobody")]
    [InlineData(2, "orders")]
    [InlineData(2, "shop/orders", "-n", "shop")]
    [InlineData(2, "shop/orders/more")]
    [InlineData(2, "shop/orders", "-o", "yaml")]
    [InlineData(2, "shop/orders", "--at", "yesterday")]
    [InlineData(2, "shop/orders", "--schedule", "never")]
    public void The_exit_status_is_2_where_the_question_is_wrong(int status, params string[] arguments) =>
        Assert.Equal(status, ExplainCommand.Create(_ => null).Parse([.. arguments, "-f", Path.Combine(Directory(), "cluster.yaml")]).Invoke());

    private static ScheduleExplanation Explained(string claim) =>
        ObjectFile.Read(Path.Combine(Directory(), "cluster.yaml")).Match(
            Right: cache => ScheduleExplanation.Of(cache.State(default), Settings, new ClaimRef(NamespaceName.Trusted("shop"), claim), Sunday),
            Left: problem => throw new FormatException(problem)).IfNone(() => throw new ArgumentException(claim, nameof(claim)));

    private static Settings Settings { get; } = new(
        NamespaceScope.All, "@daily", DateTimeZone.Utc, Duration.Zero, Manual: false, 3, Duration.Zero, Prelude.None, Prelude.None, Duration.FromHours(72),
        AllowCrossNamespaceRestore: false, new MoverSettings("", Prelude.None, "", Seq<string>.Empty, CustomAuthority: false, "", Duration.Zero, "", "", ""), Deadlines.Default);

    private static string Directory()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Backsnap.sln")))
            {
                return Path.Combine(directory, "tests", "Backsnap.Host.Tests", "Cli", "Explain");
            }
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
