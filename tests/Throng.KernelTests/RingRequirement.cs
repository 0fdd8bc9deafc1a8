using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Tests that need io_uring are skipped, with the reason, where this host refuses it.</summary>
internal static class RingRequirement
{
    private static readonly Lazy<RingSupport> Support = new(RingSupport.Probe);

    internal static void OrSkip()
    {
        if (!Support.Value.Works)
        {
            Assert.Skip(Support.Value.Reason);
        }
    }
}
