using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

public sealed class RingSupportTests
{
    [Fact]
    public void The_probe_agrees_with_a_ring()
    {
        RingSupport support = RingSupport.Probe();
        int result = Ring.CreateBest(8, 16, out Ring? ring);
        ring?.Dispose();
        Assert.StartsWith("io_uring", support.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', support.Reason);
        if (result < 0)
        {
            Assert.False(support.Works);
            Assert.Contains(Errno.Name(result), support.Reason, StringComparison.Ordinal);
        }
        else if (support.Works)
        {
            Assert.NotEqual(0u, support.Flags);
        }
    }

    [Fact]
    public void The_probe_leaves_no_descriptor_behind()
    {
        _ = RingSupport.Probe();
        (int first, int after, int unshared) = (0, 0, -1);
        Thread apart = new(() => // with a table of its own: others open descriptors meanwhile
        {
            unshared = Descriptors.Unshare();
            first = NextDescriptor();
            for (int i = 0; i < 20; i++)
            {
                _ = RingSupport.Probe();
            }

            after = NextDescriptor();
        });
        apart.Start();
        apart.Join();
        Needs.Host(unshared == 0, "a thread cannot have a descriptor table of its own here");
        Assert.Equal(first, after);
    }

    [Fact]
    public void Where_the_probe_works_each_operation_is_known()
    {
        Needs.Uring();
        Assert.Equal(0, Ring.CreateBest(8, 16, out Ring? ring));
        using (ring)
        {
            Assert.Equal(1, ring!.RegisterProbe(UringConstants.IORING_OP_LISTEN));
            Assert.Equal(0, ring.RegisterProbe(250));
        }
    }

    private static int NextDescriptor()
    {
        int next = Descriptors.OpenEvent();
        _ = Descriptors.Close(next);
        return next;
    }
}
