using Backsnap.Domain.Backups;

namespace Backsnap.Domain.Tests.Backups;

public sealed class FailureReasonTests
{
    [Theory]
    [InlineData("WrongPassword")]
    [InlineData("WrongCredentials")]
    [InlineData("AccessDenied")]
    [InlineData("BucketMissing")]
    [InlineData("TlsFailed")]
    [InlineData("BadConfiguration")]
    [InlineData("RepositoryMissing")]
    [InlineData("Forbidden")]
    [InlineData("InvalidSpec")]
    [InlineData("NameTaken")]
    [InlineData("CannotSnapshot")]
    [InlineData("ClaimIsTemporary")]
    public void What_another_try_cannot_mend_is_for_somebody(string reason) => Assert.Equal(Remedy.Somebody, FailureReason.RemedyOf(reason));

    [Theory]
    [InlineData("SnapshotDeadlineExceeded")]
    [InlineData("PodDidNotStart")]
    [InlineData("DeadlineExceeded")]
    [InlineData("BackoffLimitExceeded")]
    [InlineData("OutOfMemory")]
    [InlineData("ResticFailed")]
    [InlineData("RepositoryLocked")]
    [InlineData("QuotaExceeded")]
    [InlineData("StoreUnreachable")]
    [InlineData("StoreThrottled")]
    [InlineData("Interrupted")]
    [InlineData("AWordOfTheFuture")]
    [InlineData("")]
    public void What_may_pass_is_tried_again(string reason) => Assert.Equal(Remedy.AnotherTry, FailureReason.RemedyOf(reason));

    [Fact]
    public void A_word_that_nobody_classified_is_not_known() => Assert.False(FailureReason.IsKnown("AWordOfTheFuture"));
}
