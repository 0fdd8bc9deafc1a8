using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Failures of merged runs: the first and the last of all, by the time they happened.</summary>
public sealed class FailureMergeTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void The_first_and_the_last_of_all_runs_are_kept()
    {
        // 3,000 of one, of which it has told 2,000; 400 of another, all of them in the middle of the first's.
        RunDocument many = SampleRun.Full with
        {
            Failures = [.. Failures(0, 1_000), .. Failures(2_000, 1_000)], FailuresNotKept = 1_000,
        };
        RunDocument few = SampleRun.Full with
        {
            Started = many.Started.AddSeconds(500), DurationNs = many.DurationNs + 1, Failures = Failures(0, 400),
        };
        RunDocument merged = Merged(many, few);
        Assert.Equal(2_000, merged.Failures!.Count);
        Assert.Equal(1_400, merged.FailuresNotKept);
        Assert.Equal(
            merged.Failures.Select(one => one.EndNs).Order(), merged.Failures.Select(one => one.EndNs));

        // Of those that are known, by the clock of the first to start.
        long[] known =
        [
            .. many.Failures!.Select(one => one.EndNs).Concat(few.Failures!.Select(one => one.EndNs + (500 * SecondNs)))
                .Order(),
        ];
        Assert.Equal([.. known[..1_000], .. known[^1_000..]], merged.Failures.Select(one => one.EndNs));
        ConnectionFailure shifted = merged.Failures.First(one => one.Source == "b");
        Assert.Equal((500 * SecondNs, 1), (shifted.EndNs, shifted.Number));
        Assert.Null(merged.FailuresNotWritten);
    }

    [Fact]
    public void Runs_without_any_have_none_and_those_of_before_are_no_obstacle()
    {
        RunDocument other = SampleRun.Full with { Started = SampleRun.Full.Started.AddSeconds(1) };
        Assert.Null(Merged(SampleRun.Full, other).Failures);
        RunDocument merged = Merged(
            SampleRun.Full with
            {
                Failures = [], FailuresNotWritten = 2,
                Pcap = new CaptureFigures { Connections = 1, Packets = 2, NotKept = 3, Dropped = 4 },
            },
            other with
            {
                Failures = Failures(0, 3), FailuresNotWritten = 1,
                Pcap = new CaptureFigures { Connections = 10, Packets = 20, NotKept = 30, Dropped = 40 },
            });
        Assert.Equal(3, merged.Failures!.Count);
        Assert.Equal((null, 3), (merged.FailuresNotKept, merged.FailuresNotWritten));
        CaptureFigures both = new() { Connections = 11, Packets = 22, NotKept = 33, Dropped = 44 };
        Assert.Equal(both, merged.Pcap);
    }

    private static ConnectionFailure[] Failures(int from, int count) =>
    [
        .. Enumerable.Range(from, count).Select(at => new ConnectionFailure
        {
            Number = at + 1, Time = SampleRun.Full.Started.AddSeconds(at), BeginNs = at * SecondNs,
            EndNs = at * SecondNs, Transport = "tcp", Local = "10.0.0.1:1000", Remote = "10.0.0.2:80",
            Phase = "connect", Reason = "refused",
        }),
    ];

    private static RunDocument Merged(RunDocument a, RunDocument b)
    {
        Assert.True(
            RunMerge.TryMerge([new NamedRun("a", a), new NamedRun("b", b)], out RunDocument? merged,
                out IReadOnlyList<string> errors),
            string.Join('\n', errors));
        return merged;
    }
}
