using System.Net;
using System.Text.Json;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>From the workers' rings to the document and the file.</summary>
public sealed class FailureRecordTests
{
    private const long OriginNs = 1_000_000;
    private static readonly DateTimeOffset Origin = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly SockAddr Remote = SockAddr.From(IPAddress.Loopback, 80);

    [Fact]
    public void Workers_failures_come_in_order_of_time_each_once()
    {
        Prng random = new(7);
        FailureRing[] rings = [new(), new(), new()];
        List<ConnectionFailure> taken = [];
        Sink sink = new(taken);
        FailureRecord record = new(rings, OriginNs, Origin, Transport.Stream, sink);
        long nowNs = OriginNs;
        for (int i = 0; i < 5_000; i++)
        {
            nowNs += random.NextInRange(0, 100);
            rings[(int)random.NextInRange(0, 2)].Add(At(nowNs));
            if (i % 700 == 0)
            {
                record.Take(nowNs - 50);
            }
        }

        record.Take(long.MaxValue);
        Assert.Equal(5_000, taken.Count);
        Assert.Equal(Enumerable.Range(1, 5_000).Select(number => (long)number), taken.Select(one => one.Number));
        Assert.Equal(taken.Select(one => one.EndNs).Order(), taken.Select(one => one.EndNs));
        Assert.Equal(taken.Take(1_000).Concat(taken.TakeLast(1_000)), record.Kept);
        Assert.Equal((5_000, 3_000, 0), (record.Count, record.NotKept, record.NotWritten));

        foreach ((long fromNs, long toNs) in ((long, long)[])[(0, 1_000), (500, 500), (90_000, 120_000), (1, 0)])
        {
            long[] within = [.. taken.Where(one => one.EndNs >= fromNs && one.EndNs <= toNs).Select(one => one.Number)];
            (long, long) expected = within.Length == 0 ? (0, 0) : (within[0], within.Length);
            Assert.Equal(expected, record.Between(fromNs, toNs));
        }
    }

    [Fact]
    public void What_a_ring_has_no_room_for_is_counted()
    {
        FailureRing ring = new();
        FailureRecord record = new([ring], OriginNs, Origin, Transport.Stream, new Sink([]) { NotTaken = 3 });
        for (int i = 0; i < FailureRing.Capacity + 10; i++)
        {
            ring.Add(At(OriginNs + i));
        }

        record.Take(long.MaxValue);
        Assert.Equal(FailureRing.Capacity + 10, record.Count);
        Assert.Equal(record.Count, record.Kept.Count + record.NotKept);
        Assert.Equal(13, record.NotWritten);
        ring.Add(At(OriginNs + 100_000));
        record.Take(long.MaxValue);
        Assert.Equal(FailureRing.Capacity + 1, record.Kept[^1].Number);
    }

    [Fact]
    public void A_failure_is_told_whole_and_its_line_has_the_keys_of_the_document()
    {
        FailureRing ring = new();
        FailureRecord record = new([ring], OriginNs, Origin, Transport.Datagram, sink: null);
        ring.Add(new FailedConnection
        {
            Times = new ConnectionTimes { BegunNs = OriginNs + 5_000_000, OpenedNs = OriginNs + 6_000_000 },
            EndedNs = OriginNs + 2_000_000_000,
            Local = SockAddr.From(IPAddress.IPv6Loopback, 40_000),
            Remote = Remote,
            Last = new LastState(LifePhase.Answering, "server-1", 4),
            Errno = Errno.ECONNRESET,
            Reason = CloseReason.Reset,
            Role = Role.Probe,
        });
        record.Take(long.MaxValue);
        ConnectionFailure failure = Assert.Single(record.Kept);
        Assert.Null(record.NotWritten);
        using FailureLines lines = new();
        lines.Add(failure);
        string line = System.Text.Encoding.UTF8.GetString(lines.Bytes);
        Assert.Equal(
            """
            {"number":1,"time":"2030-01-31T12:00:02.000Z","begin_ns":5000000,"connect_ns":1000000,
            "end_ns":2000000000,"transport":"udp","local":"[::1]:40000","remote":"127.0.0.1:80",
            "phase":"answering","reason":"reset","errno":104,"retransmits":4,"host":"server-1","probe":true}

            """.Replace(",\n", ",", StringComparison.Ordinal), line);

        RunDocument run = SampleRun.Full with { Failures = record.Kept, FailuresNotKept = 7 };
        RunDocument read = SavedRuns.Read(SavedRuns.Written(run));
        Assert.Equal(record.Kept, read.Failures);
        Assert.Equal(7, read.FailuresNotKept);
        using JsonDocument written = JsonDocument.Parse(JsonReport.Render(run));
        using JsonDocument alone = JsonDocument.Parse(line);
        Assert.True(JsonElement.DeepEquals(
            alone.RootElement, written.RootElement.GetProperty("failures")[0]));
    }

    [Fact]
    public void A_failure_whose_times_nobody_noted_does_not_say_how_old_it_was()
    {
        using Slab slab = new(4, keepsTimes: false);
        Assert.True(slab.TryAllocate(Role.Client, Phase.Connecting, out Handle connection));
        slab.NoteBegun(connection, OriginNs);
        slab.NoteOpened(connection, OriginNs);
        FailureRing ring = new();
        FailureRecord record = new([ring], OriginNs, Origin, Transport.Stream, sink: null);
        ring.Add(At(OriginNs + 2_000_000_000) with { Times = slab.TimesOf(connection) });
        record.Take(long.MaxValue);
        ConnectionFailure failure = Assert.Single(record.Kept);
        Assert.Null(failure.BeginNs);
        Assert.Null(failure.ConnectNs);
        RunDocument run = SampleRun.Full with { Failures = record.Kept, FailuresNotKept = null };
        Assert.Equal(record.Kept, SavedRuns.Read(SavedRuns.Written(run)).Failures);
        (_, string text) = Assert.Single(FailureText.Rows(run));
        Assert.EndsWith(", refused with nothing under way", text, StringComparison.Ordinal);
    }

    private static FailedConnection At(long endedNs) => new()
    {
        Times = new ConnectionTimes { BegunNs = endedNs }, EndedNs = endedNs, Remote = Remote,
        Reason = CloseReason.Refused,
    };

    private sealed class Sink(List<ConnectionFailure> taken) : IFailureSink
    {
        public long NotTaken { get; init; }

        public void Take(ConnectionFailure failure) => taken.Add(failure);

        public void Flush()
        {
        }
    }
}
