using Backsnap.Domain.Volumes;

namespace Backsnap.Domain.Tests.Volumes;

public class SizesTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(349, "349 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(3_355_443, "3.2 MiB")]
    [InlineData(5_497_558_138_880, "5.0 TiB")]
    [InlineData(9.3e18, "8.1 EiB")]
    [InlineData(-1, "0 B")]
    public void A_number_of_bytes_is_written_for_people(double bytes, string text) => Assert.Equal(text, Sizes.Text(bytes));
}
