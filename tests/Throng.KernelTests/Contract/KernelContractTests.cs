using Xunit;

namespace Throng.KernelTests.Contract;

public sealed class EpollContractTests() : KernelContractTests("epoll");

public sealed class UringContractTests() : KernelContractTests("uring");

public sealed class ManyRingsContractTests() : KernelContractTests(BackendUnderTest.ManyRings);

/// <summary>What is asked only of a backend that waits for a kernel.</summary>
public abstract class KernelContractTests(string engine) : ContractTests(engine)
{
    [Fact]
    public void A_poll_waits_until_its_time_and_not_much_longer()
    {
        using Pair pair = NewPair();
        Side side = pair.Client;
        long beganNs = side.Backend.NowNs();
        side.Poll(beganNs + 30_000_000);
        Assert.InRange(side.Backend.NowNs() - beganNs, 29_000_000, 1_000_000_000);
        beganNs = side.Backend.NowNs();
        side.Poll(0);
        Assert.InRange(side.Backend.NowNs() - beganNs, 0, 20_000_000);
    }
}
