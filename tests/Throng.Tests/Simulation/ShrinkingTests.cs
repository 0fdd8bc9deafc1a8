using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>A workload with a mistake is found by some seed, and the history that finds it is made short.</summary>
public sealed class ShrinkingTests
{
    [Fact]
    public void A_hold_that_forgets_a_reset_is_found_and_its_history_is_one_connection_and_one_fault()
    {
        History failing = Enumerable.Range(1, 500).Select(seed => History.Draw((ulong)seed))
            .First(history => history is
                {
                    Scene: { Kind: SceneKind.HoldAndServe, Pings: false }, Ending: HistoryEnding.Calm,
                } && FailureOf(history) is not null);
        Shrinking shrinking = new(FailureOf);
        History shortest = shrinking.Shrink(failing);
        string failure = FailureOf(shortest)!;
        string test = Shrinking.TestOf(shortest, failure);
        TestContext.Current.TestOutputHelper?.WriteLine($"{shrinking.Tries} tries\n{test}");

        Assert.Contains("hold reaches its target", failure, StringComparison.Ordinal);
        Assert.Contains("StepKind.KillServers", test, StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), (shortest.Scene.Clients, shortest.Scene.Connections, shortest.Scene.Targets.Length));
        Assert.Equal(Misdeeds.None, shortest.Scene.Misdeeds);
        Assert.InRange(shortest.Steps.Count, 0, 1);
        Assert.True(shortest.Scene.TroubleNs <= failing.Scene.TroubleNs);
        Assert.Null(Record.Exception(() => SimulationRun.Play(shortest))); // it is the workload's mistake alone
    }

    /// <summary>Pasted as it was printed: it fails with the mistake alone.</summary>
    [Fact]
    public void A_printed_history_is_a_test()
    {
        History pasted = new(
            Scene.Draw(52) with
            {
                Faults = FaultPlan.None,
                Targets = Scene.Draw(52).Targets[..1],
                Connections = 1,
                ConnectionsMax = 1,
                ConnectRatePerSecond = 0,
                TransferBytesMax = 1,
                RatePerSecond = 1,
                TroubleNs = 188727,
                Misdeeds = Misdeeds.None,
            },
            [new(99798, StepKind.KillServers, 0)],
            HistoryEnding.Calm);
        Assert.Contains("hold reaches its target", FailureOf(pasted), StringComparison.Ordinal);
        SimulationRun.Play(pasted);
    }

    private static string? FailureOf(History history)
    {
        using SimulationRun run = new(history, null, (network, plan, hold) =>
            new SimulatedWorker<Forgetful>(network, plan, new Forgetful(hold)));
        return Record.Exception(run.Run)?.Message;
    }

    /// <summary>A hold that is not told of a connection that was reset.</summary>
    private struct Forgetful(Hold hold) : IWorkload
    {
        private Hold _hold = hold;

        public readonly long NextArrivalNs => _hold.NextArrivalNs;

        public readonly bool IsFinished => _hold.IsFinished;

        public void OnStart(ref Act act) => _hold.OnStart(ref act);

        public void OnArrival(ref Act act) => _hold.OnArrival(ref act);

        public void OnOpened(ref Act act, Handle connection, ref ConnectionState state) =>
            _hold.OnOpened(ref act, connection, ref state);

        public void OnReceived(
            ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes,
            ref Lease lease) => _hold.OnReceived(ref act, connection, ref state, bytes, ref lease);

        public void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs) =>
            _hold.OnSent(ref act, connection, ref state, bytes, sentNs);

        public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
            _hold.OnPeerFinished(ref act, connection, ref state);

        public void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
            _hold.OnTimer(ref act, connection, ref state, timer);

        public void OnFacts(
            ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts) =>
            _hold.OnFacts(ref act, connection, ref state, result, facts);

        public void OnClosed(
            ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
        {
            if (phase != Phase.Open || reason != CloseReason.Reset)
            {
                _hold.OnClosed(ref act, connection, ref state, reason, phase, errno);
            }
        }

        public void OnMessage(ref Act act, in WorkerMessage command) => _hold.OnMessage(ref act, command);

        public void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
            _hold.Produce(connection, streamOffset, destination);
    }
}
