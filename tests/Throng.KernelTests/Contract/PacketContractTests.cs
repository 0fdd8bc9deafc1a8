using Xunit;

namespace Throng.KernelTests.Contract;

public sealed class PacketToEpollContractTests() : PacketContractTests("epoll");

public sealed class PacketToUringContractTests() : PacketContractTests("uring");

/// <summary>The contract with packets of our own on the client's side, over a cable, and sockets on the server's.
/// </summary>
public abstract class PacketContractTests(string server) : ContractTests("packet" + BackendUnderTest.To + server)
{
    [Fact]
    public void A_poll_waits_until_its_time()
    {
        using Pair pair = NewPair();
        Side side = pair.Client;
        long beganNs = side.Backend.NowNs();
        side.Poll(beganNs + 30_000_000);
        Assert.InRange(side.Backend.NowNs() - beganNs, 29_000_000, long.MaxValue);
    }
}
