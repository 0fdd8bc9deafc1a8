using Throng.Engine;
using Xunit;

namespace Throng.Tests;

public class SharesTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 7, 3)]
    [InlineData(40_000, 7, 2)]
    [InlineData(1_000_000, 77, 2)]
    [InlineData(999_999, 40, 51)]
    [InlineData(12_345, 500, 64)]
    public void All_is_shared_and_nobody_has_one_more_than_another(long total, int targets, int workers)
    {
        long[] ofWorker = new long[workers];
        for (int target = 0; target < targets; target++)
        {
            long ofTarget = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                int share = Shares.OfWorker(total, target, targets, worker, workers);
                Assert.InRange(share, 0, (int)total);
                ofWorker[worker] += share;
                ofTarget += share;
            }

            Assert.Equal(Shares.OfTarget(total, target, targets), ofTarget);
        }

        Assert.Equal(total, ofWorker.Sum());
        Assert.InRange(ofWorker.Max() - ofWorker.Min(), 0, 1);
    }
}
