using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the output of a ctraffic client, from made-up samples and results.</summary>
public sealed class CtrafficFaceTests
{
    private const long MillisecondNs = 1_000_000;

    private static readonly CtrafficPlan Plan = new()
    {
        Rate = 100, Connections = 2, PacketSize = 1024, TimeoutNs = 10_000 * MillisecondNs, Stats = "all",
        Monitors = true, Reconnects = true, SlotsMax = 20, Network = "tcp",
    };

    [Fact]
    public void A_second_is_a_line_in_the_original_s_form_until_half_a_second_before_the_end()
    {
        CliRun run = new();
        CtrafficClientFace face = new(Plan, new FixedClock());
        _ = face.Begin(run, default);
        run.Now = run.Now with
        {
            AtNs = 1000 * MillisecondNs, Open = 117, Lost = 3, Requested = 200,
            Counts = run.Now.Counts
                .With(Counter.MessagesSent, 482)
                .With(Counter.MessagesAnswered, 399)
                .With(Counter.MessagesDropped, 7),
        };
        OutputText said = face.Tick();
        Assert.Equal(
            ["Conn act/fail/connecting: 117/3/83, Packets send/rec/dropped: 482/399/7"], said.Errors);
        Assert.Equal(("", false), (said.Out, said.Quits));
        run.Now = run.Now with { AtNs = 9500 * MillisecondNs };
        Assert.Empty(face.Tick().Errors);
        Assert.Contains(
            "\"Samples\":[{\"Time\":1000000000,\"Sent\":482,\"Received\":399,\"Dropped\":7}]}\n",
            face.End(Document(), 0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_statistics_are_one_line_of_JSON_in_the_original_s_order()
    {
        Ending ending = new CtrafficClientFace(Plan with { Stats = "summary" }, new FixedClock()).End(Document(), 0);
        Assert.Equal(
            "{\"Started\":\"2019-01-21T08:40:08.2934748Z\",\"Duration\":9993832043,\"Rate\":100,\"Connections\":2,"
                + "\"PacketSize\":1024,\"FailedConnections\":1,\"Sent\":5994,\"Received\":5993,\"Dropped\":4,"
                + "\"Retransmits\":6,\"FailedConnects\":5}\n",
            ending.Out);
        Assert.Equal(0, ending.ExitCode);
        Assert.Empty(ending.Errors);
        Assert.Empty(new CtrafficClientFace(Plan with { Stats = "none" }, new FixedClock()).End(Document(), 0).Out);
    }

    [Fact]
    public void With_all_each_connection_is_a_slot_and_so_is_what_takes_its_place()
    {
        string json = new CtrafficClientFace(Plan, new FixedClock()).End(Document(), 0).Out;
        Assert.True(CtrafficStatsReader.TryRead(Encoding.UTF8.GetBytes(json), out CtrafficStats stats, out _));
        Assert.Equal(3, stats.ConnStats.Count);
        Assert.Equal(
            new CtrafficSlot
            {
                Started = 2 * MillisecondNs, Connect = 3 * MillisecondNs, Ended = 4000 * MillisecondNs,
                Err = "read tcp 127.0.0.1:1->127.0.0.1:5003: i/o timeout", Sent = 10, Received = 9, Dropped = 4,
                Retransmits = 6, Local = "127.0.0.1:1", Remote = "127.0.0.1:5003", Host = "alpha",
            },
            stats.ConnStats[0]);
        Assert.Equal((2 * MillisecondNs, "", "", 9993 * MillisecondNs),
            (stats.ConnStats[1].Started, stats.ConnStats[1].Err, stats.ConnStats[1].Host, stats.ConnStats[1].Ended));

        // It was lost at 4 s, and nobody answered any more.
        Assert.Equal(
            new CtrafficSlot { Started = 4000 * MillisecondNs, Connect = 0, Ended = 9_993_832_043 },
            stats.ConnStats[2]);
        Assert.Contains("1-\\u003e127.0.0.1:5003: i/o timeout\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Host\":\"\"", json, StringComparison.Ordinal);
        Assert.Equal(json, stats.ToJson());
    }

    [Theory]
    [InlineData("peer-closed", 0, "EOF")]
    [InlineData("reset", 104, "read tcp L->R: read: connection reset by peer")]
    [InlineData("reset", 0, "read tcp L->R: read: connection reset by peer")]
    [InlineData("timed-out", 110, "read tcp L->R: read: connection timed out")]
    [InlineData("invalid-reply", 0, "read tcp L->R: the answer is not what was sent")]
    [InlineData("drained", 0, "")]
    public void Why_a_connection_was_lost(string reason, int errno, string error)
    {
        RunDocument document = Document() with
        {
            Own = new Section { ["connections"] = Node.ListOf(Record(0, 1, 2, reason, errno, "L", "R", "")) },
        };
        Assert.Equal(error, CtrafficSlots.From(document, 1, false, "tcp")[0].Err);
    }

    [Fact]
    public void More_connections_than_allowed_end_it_with_1_and_the_statistics()
    {
        CliRun run = new();
        CtrafficPlan plan = Plan with { SlotsMax = 2, Stats = "summary" };
        CtrafficClientFace face = new(plan, new FixedClock());
        _ = face.Begin(run, default);
        run.Now = run.Now with { Lost = 0 };
        Assert.False(face.Tick().Quits);
        run.Now = run.Now with { Lost = 1 };
        Assert.True(face.Tick().Quits);
        Ending ending = face.End(Document(), 0);
        Assert.Equal(1, ending.ExitCode);
        Assert.Equal(["2019/01/21 08:40:08 Too many re-connects: 2"], ending.Errors);
        Assert.StartsWith("{\"Started\":", ending.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_reconnects_it_ends_when_all_are_lost()
    {
        CliRun run = new();
        CtrafficClientFace face = new(Plan with { Reconnects = false }, new FixedClock());
        _ = face.Begin(run, default);
        run.Now = run.Now with { Lost = 1 };
        Assert.False(face.Tick().Quits);
        run.Now = run.Now with { Lost = 2 };
        Assert.True(face.Tick().Quits);
        Assert.Equal(0, face.End(Document(), 0).ExitCode);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(15, 0)]
    [InlineData(1, 129)]
    public void A_signal_ends_it_with_the_statistics(int signal, int exitCode)
    {
        Ending ending = new CtrafficClientFace(Plan, new FixedClock()).End(Document(), signal);
        Assert.Equal(exitCode, ending.ExitCode);
        Assert.StartsWith("{\"Started\":", ending.Out, StringComparison.Ordinal);
    }

    /// <summary>Two connections; the first was lost at 4 s and never came back.</summary>
    private static RunDocument Document() => new()
    {
        Tool = new Tool("throng", "0"),
        Command = "monitor",
        Host = new Throng.Measurement.Host(),
        Started = new DateTimeOffset(2019, 1, 21, 8, 40, 8, TimeSpan.Zero).AddTicks(2_934_748),
        DurationNs = 9_993_832_043,
        Connections = new Connections
        {
            Target = 2, Opened = 2, Lost = 1,
            ConnectFailed = new ReasonCounts { { "refused", 5 }, { "cancelled", 1 } },
        },
        Messages = new Messages { Sent = 5994, Answered = 5993 },
        Own = new Section
        {
            ["dropped"] = 4,
            ["retransmits"] = 6,
            ["connections"] = Node.ListOf(
                Record(0, 2, 4000, "reply-timeout", 0, "127.0.0.1:1", "127.0.0.1:5003", "alpha"),
                Record(1, 2, 9993, "drained", 0, "127.0.0.1:2", "127.0.0.1:5003", "")),
        },
    };

    private static Section Record(
        int seat, long beginMs, long endMs, string reason, int errno, string local, string remote, string host) => new()
    {
        ["connection"] = seat,
        ["begin_ns"] = beginMs * MillisecondNs,
        ["connect_ns"] = MillisecondNs,
        ["end_ns"] = endMs * MillisecondNs,
        ["reason"] = reason,
        ["errno"] = errno,
        ["local"] = local,
        ["remote"] = remote,
        ["host"] = host,
        ["sent"] = 10,
        ["received"] = 9,
        ["dropped"] = 4,
        ["retransmits"] = 6,
    };
}
