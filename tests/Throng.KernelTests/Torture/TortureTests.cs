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
    private const int SliceRuns = 200;

    private static readonly string TablePath = Environment.GetEnvironmentVariable("THRONG_TORTURE") ?? "";

    /// <summary>Beginning of the names of the scenarios that are run; empty: all.</summary>
    private static readonly string Only = Environment.GetEnvironmentVariable("THRONG_TORTURE_ONLY") ?? "";

    [Fact]
    public void A_call_that_fails_is_the_one_that_was_named()
    {
        Needs.Root();
        Needs.Tool("ip");
        Scenario hold = Scenario.All.First(one => one.Name == "hold-epoll");
        TorturedRun untouched = TorturedRun.Of(hold, null);
        Assert.True(untouched is { Failed: 0, ExitCode: 0 } && untouched.Wrong.Count == 0, untouched.ToString());
        Assert.All(CallFaults.Kinds, kind => Assert.Contains(kind, untouched.Calls.Keys));
        Assert.True(untouched.Calls["accept4"] >= 8, $"{untouched.Calls["accept4"]} accepts");
        TorturedRun failed = TorturedRun.Of(hold, new CallFault("epoll_create1", "EMFILE", 1, GoesOn: false));
        Assert.True(failed is { Failed: 1, ExitCode: 3 } && failed.Wrong.Count == 0, failed.ToString());
        Assert.Equal(1, failed.Calls["epoll_create1"]);
    }

    /// <summary>Faults that a run did not survive, or made something of, before they were mended: the kind of each is
    /// in bench/results/torture.md.</summary>
    [Theory]
    [InlineData("hold-epoll", "mmap", "ENOMEM", 1, false, 3)]
    [InlineData("hold-epoll", "epoll_ctl", "ENOMEM", 2, false, 3)]
    [InlineData("hold-epoll", "prlimit", "EPERM", 1, true, 3)]
    [InlineData("hold-epoll", "sched_getaffinity", "EPERM", 1, true, 0)]
    [InlineData("serve-kernel", "epoll_ctl", "ENOSPC", 1, true, 3)]
    [InlineData("hold-packet", "mmap", "ENOMEM", 22, false, 1)]
    [InlineData("hold-packet", "lib.open", "ENOENT", 40, false, 3)]
    [InlineData("agent", "lib.socket", "EMFILE", 7, false, 0)]
    [InlineData("agent", "getsockopt", "EINVAL", 1, true, 0)]
    public void What_once_went_wrong_ends_in_order(
        string scenario, string kind, string error, int number, bool goesOn, int exitCode)
    {
        Needs.Full();
        Needs.Root();
        Needs.Tool("ip");
        TorturedRun run = TorturedRun.Of(
            Scenario.All.First(one => one.Name == scenario), new CallFault(kind, error, number, goesOn));
        Assert.True(run.Failed > 0 && run.ExitCode == exitCode && run.Wrong.Count == 0, run.ToString());
    }

    [Theory]
    [InlineData("query-epoll", "recv")]
    [InlineData("query-udp-epoll", "recv")]
    [InlineData("query-uring", "op.recv")]
    public void An_interrupted_receive_loses_nothing(string scenario, string kind)
    {
        Needs.Full();
        Needs.Root();
        Needs.Uring();
        Needs.Tool("ip");
        for (int number = 10; number <= 30; number += 5)
        {
            TorturedRun run = TorturedRun.Of(
                Scenario.All.First(one => one.Name == scenario), new CallFault(kind, "EINTR", number, GoesOn: false));
            Assert.True(run is { Failed: 1, ExitCode: 0 } && run.Wrong.Count == 0, run.ToString());
            run.Result!.Equal(0, run.Result.Number("messages.timed_out"), "timed out");
        }
    }

    [Fact]
    public void Whichever_call_fails_the_run_ends_in_order()
    {
        Needs.Full();
        Needs.Root();
        Needs.Uring();
        Needs.Tool("ip");
        Needs.Tool("gcc");
        Needs.Tool("nats-server");
        Needs.Toolchain(ThrongProcess.IsNative);
        Sweep sweep = new([.. Scenario.All.Where(one => one.Name.StartsWith(Only, StringComparison.Ordinal))], Seed);
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
