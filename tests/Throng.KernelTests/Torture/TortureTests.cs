using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Each system call of the program and each operation of its rings fails once, with each error it may have: every run
/// comes to an end, says what became of it in one document or one line, counts nothing twice, and leaves nothing.
/// docs/develop/torture.md says how a whole pass is made.
/// </summary>
[Collection(nameof(Alone))]
public sealed class TortureTests
{
    private const ulong Seed = 20;
    private const int SliceRuns = 400;

    private static readonly string TablePath = Environment.GetEnvironmentVariable("THRONG_TORTURE") ?? "";

    [Fact]
    public void A_call_that_fails_is_the_one_that_was_named()
    {
        Needs.Root();
        Needs.Tool("ip");
        Scenario hold = Scenario.All.First(one => one.Name == "hold-epoll");
        TorturedRun untouched = TorturedRun.Of(hold, null);
        Assert.True(untouched is { Failed: 0, ExitCode: 0 } && untouched.Wrong.Count == 0, untouched.ToString());
        Assert.True(untouched.Calls["accept4"] >= 8, $"{untouched.Calls["accept4"]} accepts");
        TorturedRun failed = TorturedRun.Of(hold, new CallFault("epoll_create1", "EMFILE", 1, GoesOn: false));
        Assert.True(failed is { Failed: 1, ExitCode: 3 } && failed.Wrong.Count == 0, failed.ToString());
        Assert.Equal(1, failed.Calls["epoll_create1"]);
    }

    [Fact]
    public void Whichever_call_fails_the_run_ends_in_order()
    {
        Needs.Full();
        Needs.Root();
        Needs.Uring();
        Needs.Tool("ip");
        Sweep sweep = new(Scenario.All, Seed);
        bool isWhole = TablePath.Length > 0;
        double minutes = double.Parse(
            Environment.GetEnvironmentVariable("THRONG_TORTURE_MINUTES") ?? "60", CultureInfo.InvariantCulture);
        sweep.Run(isWhole ? sweep.Count : SliceRuns, isWhole ? TimeSpan.FromMinutes(minutes) : TimeSpan.MaxValue);
        if (isWhole)
        {
            File.WriteAllText(TablePath, $"{sweep.Runs.Count} of {sweep.Count} runs.\n\n{sweep.Table()}");
        }

        TorturedRun[] wrong = [.. sweep.Wrong];
        string some = string.Join("\n\n", wrong.Take(20).Select(run => run.ToString()));
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {sweep.Runs.Count} runs went wrong\n{some}");
        Assert.Contains(sweep.Runs, run => run.Failed > 0);
    }
}
