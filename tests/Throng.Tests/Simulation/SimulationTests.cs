using System.Globalization;
using Throng.Engine;
using Xunit;

namespace Throng.Tests.Simulation;

/// <summary>
/// Real loops and workloads on a simulated network, by the thousand. A seed that fails is run again with
/// <c>THRONG_SEED=n</c>, which writes everything that happened to /tmp/throng-seed-n.log.
/// </summary>
public class SimulationTests
{
    private const int Seeds = 2000;
    private const int Parts = 8;

    private const string Replay =
        "replay one: THRONG_SEED=n dotnet run -c Release --project tests/Throng.Tests -- --filter-method '*Promises_hold*'";

    public static TheoryData<int> EveryPart => [.. Enumerable.Range(0, Parts)];

    [Theory]
    [MemberData(nameof(EveryPart))]
    public void Promises_hold_whatever_the_network_does(int part)
    {
        if (AskedSeed() is { } seed)
        {
            Assert.SkipUnless(part == 0, "one seed was asked for");
            RunWithTrace(seed);
            return;
        }

        List<string> failures = [];
        for (int i = part; i < Seeds; i += Parts)
        {
            if (FailureOf((ulong)i + 1) is { } failure)
            {
                failures.Add(failure);
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} seeds fail\n{string.Join('\n', failures.Take(20))}\n{Replay}");
    }

    [Fact]
    public void A_seed_gives_the_same_run_every_time()
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            Assert.Equal(HashOf(seed), HashOf(seed));
        }

        Assert.NotEqual(HashOf(1), HashOf(2));
    }

    private static ulong? AskedSeed() =>
        ulong.TryParse(Environment.GetEnvironmentVariable("THRONG_SEED"), CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : null;

    private static ulong HashOf(ulong seed)
    {
        using SimulationRun run = new(seed);
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
            using SimulationRun run = new(seed, trace.WriteLine);
            run.Run();
            trace.WriteLine($"ok, trace hash {run.TraceHash:x16}");
        }
        catch (Exception failure)
        {
            trace.WriteLine(failure);
            throw;
        }
    }
}
