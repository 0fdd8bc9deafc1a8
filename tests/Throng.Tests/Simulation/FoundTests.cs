using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>Histories that seeds came upon, as they were shrunk, each of which failed once.</summary>
public sealed class FoundTests
{
    /// <summary>A lane's promise and what was promised were one read of a worker that had stood still; both were taken
    /// for one message that was wrong.</summary>
    [Fact]
    public void A_promise_and_what_was_promised_may_come_together() => SimulationRun.Play(new History(
        Scene.Draw(47436) with
        {
            Faults = FaultPlan.None with { AcceptLacksDescriptor = 0.26579994643328636, LatencyMaxNs = 1148712 },
            ConnectionsMax = 49,
            Sources = 1,
            Pings = false,
            ConnectRatePerSecond = 0,
            TransferBytesMax = 1,
            RatePerSecond = 1,
            TroubleNs = 602131883,
        },
        [new(193624643, StepKind.Stall, 405549541)],
        HistoryEnding.Calm));
}
