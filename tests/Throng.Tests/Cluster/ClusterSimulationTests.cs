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

        // Not on the thread pool, whose threads other tests wait for meanwhile.
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var one && one <= seeds)
            {
                if (FailureOf(one) is { } failure)
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
    }

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

    private static string? FailureOf(ulong seed)
    {
        try
        {
            new ClusterWorld(seed).Run();
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
