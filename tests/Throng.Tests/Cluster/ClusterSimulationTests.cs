using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>
/// The machines of agents and controllers against a simulated message system, by the hundred. A seed that fails is
/// played again with <c>THRONG_CLUSTER_SEED=n</c>, which writes everything that happened to
/// /tmp/throng-cluster-n.log.
/// </summary>
public class ClusterSimulationTests
{
    private static readonly ulong Seeds = (ulong)Suite.Rounds(few: 100, all: 2_000);

    private static readonly string[] Wanted =
    [
        "own Over", "own Refused", "own killed", "attached Over", "stepped back", "busy", "foreign", "result",
        "no result Failed", "late", "in time", "lost", "back", "piece",
        "piece without a result", "given up", "lease",
    ];

    /// <summary>Outcomes that only some of many seeds come to.</summary>
    private static readonly string[] Rare = ["unknown"];

    [Fact]
    public void Runs_come_to_an_end_and_agents_free_whatever_happens()
    {
        if (ulong.TryParse(
            Environment.GetEnvironmentVariable("THRONG_CLUSTER_SEED"), CultureInfo.InvariantCulture, out ulong asked))
        {
            PlayWithTrace(asked);
            return;
        }

        ulong seeds = ulong.TryParse(
            Environment.GetEnvironmentVariable("THRONG_CLUSTER_SEEDS"), CultureInfo.InvariantCulture, out ulong more)
            ? more
            : Seeds;
        ulong next = 0;
        ConcurrentBag<string> failures = [];
        ConcurrentDictionary<string, int> outcomes = new();

        // Not on the thread pool, whose threads other tests wait for meanwhile.
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var one && one <= seeds)
            {
                if (FailureOf(one, outcomes) is { } failure)
                {
                    failures.Add(failure);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        string some = string.Join('\n', failures.Order().Take(20));
        Assert.True(
            failures.IsEmpty, $"{failures.Count} of {seeds} seeds fail; play one with THRONG_CLUSTER_SEED=n\n{some}");

        // It would hold of a simulation that comes to nothing, too.
        string all = string.Join(", ", outcomes.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(all);
        string[] expected = Suite.IsFull ? [.. Wanted, .. Rare] : Wanted;
        Assert.All(
            expected, wanted => Assert.True(outcomes.ContainsKey(wanted), $"no seed comes to '{wanted}': {all}"));
    }

    /// <summary>Failed once, each: a piece was started again at an agent that had forgotten it, and a controller that
    /// had stepped back went on in the same moment.</summary>
    [Theory]
    [InlineData(10987)]
    [InlineData(18921)]
    [InlineData(12079)]
    public void A_seed_that_once_failed_holds(ulong seed) => Assert.Null(FailureOf(seed, []));

    [Fact]
    public void A_seed_gives_the_same_cluster_every_time()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        }

        Assert.NotEqual(TraceOf(1), TraceOf(2));
    }

    private static List<string> TraceOf(ulong seed)
    {
        List<string> trace = [];
        new ClusterWorld(seed, trace.Add).Run();
        return trace;
    }

    private static string? FailureOf(ulong seed, ConcurrentDictionary<string, int> outcomes)
    {
        try
        {
            ClusterWorld world = new(seed);
            world.Run();
            foreach (string outcome in world.Outcomes)
            {
                _ = outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
            }

            return null;
        }
        catch (Exception failure)
        {
            return $"seed {seed}: {failure.Message}";
        }
    }

    private static void PlayWithTrace(ulong seed)
    {
        string path = Path.Combine(Path.GetTempPath(), $"throng-cluster-{seed}.log");
        using StreamWriter trace = new(path);
        TestContext.Current.TestOutputHelper?.WriteLine($"trace: {path}");
        try
        {
            new ClusterWorld(seed, trace.WriteLine).Run();
        }
        catch (Exception failure)
        {
            trace.WriteLine(failure);
            throw;
        }
    }
}
