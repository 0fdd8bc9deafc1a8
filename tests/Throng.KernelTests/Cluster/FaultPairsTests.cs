using System.Collections.Concurrent;
using Xunit;

namespace Throng.KernelTests;

/// <summary>An agent, a controller and the message system are killed while connections are opened, while the schedule
/// is offered and while results are awaited: each by itself, and any two of these nine in one run.</summary>
public sealed class FaultPairsTests
{
    /// <summary>Runs beside each other: they wait most of their time.</summary>
    private const int AtOnce = 10;

    private static readonly Fault[] All =
    [
        .. Enum.GetValues<Stage>().SelectMany(when => Enum.GetValues<Victim>().Select(who => new Fault(when, who))),
    ];

    [Fact]
    public void Each_fault_costs_no_more_than_is_said() => PlayAll(All.Select(fault => new[] { fault }));

    [Fact]
    public void Any_two_faults_cost_no_more_than_is_said()
    {
        Needs.Full();
        PlayAll(All.SelectMany((first, at) => All.Skip(at).Select(second => new[] { first, second })));
    }

    private static void PlayAll(IEnumerable<Fault[]> cases)
    {
        Needs.NatsServer();
        ConcurrentQueue<Fault[]> left = new(cases);
        ConcurrentQueue<string> failed = new();
        Thread[] players =
            [.. Enumerable.Range(0, AtOnce).Select(_ => OwnNetworkAttribute.Start(() => Play(left, failed)))];
        foreach (Thread player in players)
        {
            player.Join();
        }

        Assert.True(failed.IsEmpty, string.Join("\n\n", failed));
    }

    private static void Play(ConcurrentQueue<Fault[]> left, ConcurrentQueue<string> failed)
    {
        while (left.TryDequeue(out Fault[]? faults))
        {
            try
            {
                FaultCase.Play(faults);
            }
            catch (Exception wrong)
            {
                failed.Enqueue($"{string.Join(", ", faults)}: {wrong.Message}");
            }
        }
    }
}
