using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>
/// Also what a kernel can only be made to do to a whole process; for the real backends a full descriptor table is the
/// matter of the end-to-end tests, which lower a child's limit.
/// </summary>
public sealed class SimulatedContractTests() : ContractTests("simulated")
{
    [Fact]
    public void A_lack_of_descriptors_fails_the_accept_and_passes()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        SimulatedNetwork network = pair.Network!;
        FaultPlan calm = network.Faults;
        network.Faults = calm with { AcceptLacksDescriptor = 1 };
        pair.Client.Open(target);
        pair.Until(() => pair.Server.AcceptFailures.Count > 0, "an accept without a descriptor fails");
        Assert.Contains(pair.Server.AcceptFailures[0], (int[])[-Errno.EMFILE, -Errno.ENFILE]);
        network.Faults = calm;
        pair.Until(() => pair.Server.Accepted.Count == 1, "the connection waited and is accepted");
        pair.CloseAll();
    }
}

public sealed class SimulatedTlsContractTests() : ContractTests("simulated" + BackendUnderTest.WithTls);

public sealed class SimulatedDatagramContractTests() : DatagramContractTests("simulated");
