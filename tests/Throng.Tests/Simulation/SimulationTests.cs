using System.Collections.Concurrent;
using System.Globalization;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Real loops and workloads on a simulated network, by the thousand. A seed that fails is run again with
/// <c>THRONG_SEED=n</c>, which writes everything that happened to /tmp/throng-seed-n.log, and the shortest history that
/// fails like it, as a test; <c>THRONG_SEEDS=n</c> runs more of them than the ordinary test run does, and tells that of
/// the first that fails.
/// </summary>
public class SimulationTests
{
    private static readonly ulong SeedsByDefault = (ulong)Suite.Rounds(few: 150, all: 1000);
    private const string Replay =
        "replay one: THRONG_SEED=n dotnet run -c Release --project tests/Throng.Tests -- "
        + "--filter-method '*Promises_hold*'";

    [Fact]
    public void Promises_hold_whatever_the_network_does()
    {
        if (Asked("THRONG_SEED") is { } seed)
        {
            RunWithTrace(seed);
            return;
        }

        ulong seeds = Asked("THRONG_SEEDS") ?? SeedsByDefault;
        ulong next = 0;
        ulong failed = 0;
        ConcurrentBag<string> failures = [];

        // Not on the thread pool, whose threads other tests wait for meanwhile.
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var one && one <= seeds)
            {
                if (FailureOf(one) is { } failure)
                {
                    failures.Add(failure);
                    Interlocked.CompareExchange(ref failed, one, 0);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        string some = string.Join('\n', failures.Order().Take(20));
        Assert.True(failures.IsEmpty, $"{failures.Count} of {seeds} seeds fail\n{some}\n{Replay}\n{Shrunk(failed)}");
    }

    [Fact]
    public void A_seed_gives_the_same_run_every_time()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 5, all: 25); seed++)
        {
            Assert.Equal(HashOf(seed), HashOf(seed));
        }

        Assert.NotEqual(HashOf(1), HashOf(2));
    }

    /// <summary>A test of the shortest history that fails as that of a seed does; empty for no seed.</summary>
    private static string Shrunk(ulong seed)
    {
        if (seed == 0)
        {
            return "";
        }

        static string? Failure(History history) => Record.Exception(() => SimulationRun.Play(history))?.Message;
        History shortest = new Shrinking(Failure).Shrink(History.Draw(seed));
        return $"the shortest history of seed {seed}:\n{Shrinking.TestOf(shortest, Failure(shortest)!)}";
    }

    private static ulong? Asked(string name) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : null;

    [Fact]
    public void What_is_open_when_a_run_is_stopped_is_counted_once()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 20, all: 200); seed++)
        {
            using SimulationRun run = new(History.Draw(seed));
            run.RunAndAbandon();
        }
    }

    private static ulong HashOf(ulong seed)
    {
        using SimulationRun run = new(History.Draw(seed));
        run.Run();
        return run.TraceHash;
    }

    private static string? FailureOf(ulong seed)
    {
        try
        {
            HashOf(seed);
            return null;
        }
        catch (Exception failure)
        {
            return $"seed {seed}: {failure.Message}";
        }
    }

    private static void RunWithTrace(ulong seed)
    {
        string path = Path.Combine(Path.GetTempPath(), $"throng-seed-{seed}.log");
        using StreamWriter trace = new(path);
        TestContext.Current.TestOutputHelper?.WriteLine($"trace: {path}");
        try
        {
            using SimulationRun run = new(History.Draw(seed), trace.WriteLine);
            run.Run();
            trace.WriteLine($"ok, trace hash {run.TraceHash:x16}");
        }
        catch (Exception failure)
        {
            trace.WriteLine(failure);
            trace.WriteLine(Shrunk(seed));
            throw;
        }
    }
}
