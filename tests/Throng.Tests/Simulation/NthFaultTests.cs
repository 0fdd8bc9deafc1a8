using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// In a network without any other fault one operation fails: the first of its kind, the second, until a run makes no
/// more of them; with each error it may have, in every workload, and whether the run goes on in calm, is drained or is
/// ended. Whichever it is, all sums hold, and nothing is left.
/// </summary>
public class NthFaultTests
{
    /// <summary>Each number up to this is tried, and then those twice as large.</summary>
    private static readonly int EachUpTo = Suite.Rounds(few: 2, all: 5);

    private static readonly (SimulatedOperation Operation, int[] Errnos)[] Faults =
    [
        (SimulatedOperation.Open,
        [
            Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EADDRINUSE, Errno.EADDRNOTAVAIL,
            Errno.ENETUNREACH, Errno.EACCES, Errno.EPERM, Errno.EINVAL,
        ]),
        (SimulatedOperation.Connect,
            [Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENETUNREACH]),
        (SimulatedOperation.Accept, [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EPERM]),
        (SimulatedOperation.Send, [Errno.EPIPE, Errno.ECONNRESET, Errno.ETIMEDOUT, Errno.ENOBUFS, Errno.EPERM]),
        (SimulatedOperation.Receive, [Errno.ECONNRESET, Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENOMEM]),
        (SimulatedOperation.Facts, [Errno.EMFILE, Errno.ENOTCONN]),
        (SimulatedOperation.SendTo, [Errno.ENOBUFS, Errno.EPERM, Errno.ENETUNREACH]),
    ];

    public static TheoryData<string> Kinds => [.. Enum.GetNames<SceneKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whichever_operation_fails_all_sums_hold(string kind)
    {
        History history = Quiet(Enum.Parse<SceneKind>(kind));
        List<string> broken = [];
        long struck = 0;
        foreach ((SimulatedOperation operation, int[] errnos) in Faults)
        {
            foreach (int errno in errnos)
            {
                foreach (HistoryEnding ending in Endings(errno))
                {
                    struck += Sweep(history with { Ending = ending }, operation, errno, broken);
                }
            }
        }

        Assert.True(broken.Count == 0, $"{broken.Count} runs are wrong\n{string.Join('\n', broken.Take(20))}");
        Assert.True(struck > Faults.Length, $"{struck} operations failed");
    }

    /// <summary>Endings that an error is tried with: all in the full suite, one of them in the short one.</summary>
    private static HistoryEnding[] Endings(int errno)
    {
        HistoryEnding[] all = Enum.GetValues<HistoryEnding>();
        return Suite.IsFull ? all : [all[errno % all.Length]];
    }

    /// <summary>Runs with one fault each, until there is none to make; how many there were.</summary>
    private static long Sweep(History history, SimulatedOperation operation, int errno, List<string> broken)
    {
        for (long number = 1, struck = 0; ; number = number < EachUpTo ? number + 1 : 2 * number, struck++)
        {
            NthFault fault = new(operation, errno, number);
            FaultPlan faults = FaultPlan.None with { Nth = fault };
            using SimulationRun run = new(history with { Scene = history.Scene with { Faults = faults } });
            try
            {
                run.Run();
            }
            catch (BrokenInvariantException wrong)
            {
                broken.Add($"{history.Scene.Kind}, {history.Ending}, {fault}: {wrong.Message}");
            }

            if (run.NthSeen < number)
            {
                return struck;
            }
        }
    }

    /// <summary>A small one of the kind, with a step of each sort that asks something.</summary>
    private static History Quiet(SceneKind kind)
    {
        for (ulong seed = 1; ; seed++)
        {
            Scene scene = Scene.Draw(seed);
            if (scene.Kind == kind && scene.ConnectionsMax < 100)
            {
                Scene small = scene with
                {
                    Connections = Math.Min(4, scene.Connections), RatePerSecond = 40, Misdeeds = Misdeeds.None,
                    TroubleNs = 400 * Ns.Millisecond,
                };
                Step[] steps =
                [
                    new(100 * Ns.Millisecond, StepKind.Ping, 1), new(50 * Ns.Millisecond, StepKind.List, 10),
                    new(100 * Ns.Millisecond, StepKind.Details), new(50 * Ns.Millisecond, StepKind.Set, 3),
                ];
                return new History(small, steps, HistoryEnding.Calm);
            }
        }
    }
}
