using Backsnap.Domain.Claims;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Tests.Worlds;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Restores;

public sealed class PatienceTests
{
    private static readonly Restore Asked = Given.Restore("back", "orders", "orders", Given.Night);

    [Theory]
    [InlineData(true, 4, "Pending")]
    [InlineData(true, 300, "Pending")]
    [InlineData(true, 600, "Failed")]
    [InlineData(false, 4, "Pending")]
    [InlineData(false, 5, "Failed")]
    public void A_claim_on_its_way_out_is_waited_for_and_one_that_stays_is_refused_soon(bool deleting, int seconds, string phase)
    {
        var claim = Given.Claim("orders");
        var found = claim with { Id = claim.Id with { Deleting = deleting } };

        Assert.Equal(phase, Phase(found, seconds));
    }

    private static string Phase(Claim claim, int seconds) =>
        Planner.Plan(Given.With(claim) with { Restores = Seq1(Asked) }, Given.Settings, Given.Night + Duration.FromSeconds(seconds))
            .Actions.Bind(action => action is PlannedAction.SetStatus set ? Manifests.Text(set.Status, "phase").ToSeq() : Seq<string>()).Head;
}
