using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>One table of reasons: a document, a condition and an explanation know the same ones.</summary>
public sealed class CloseReasonTests
{
    public static TheoryData<CloseReason> All => [.. CloseReasons.All];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_reason_of_a_document_is_a_condition_and_is_explained(CloseReason reason)
    {
        ReasonCounts counts = new() { { reason, 7 } };
        RunDocument run = SampleRun.Hold(10, 10, 0);
        run = run with { Connections = run.Connections with { Closed = counts, ConnectFailed = counts } };
        string name = CloseReasons.Name(reason);
        Assert.Equal(reason, CloseReasons.Find(name));
        foreach (string metric in new[] { "connections.closed", "connections.connect_failed" })
        {
            Assert.True(Threshold.TryParse($"{metric}.{name} > 6", out Threshold threshold, out string error), error);
            Assert.Equal(7, threshold.Metric!.Read(run));
            CliShell shell = new();
            Assert.Equal(0, shell.Run("explain", $"{metric}.{name}"));
        }
    }

    /// <summary>They stand in documents for ever: a member that is renamed fails here.</summary>
    [Fact]
    public void Names_stay() => Assert.Equal(
        "drained lowered finished cancelled peer-closed reset timed-out connect-timeout ping-timeout invalid-reply "
            + "refused unreachable no-port no-descriptor no-memory not-permitted tls-failed other idle-closed "
            + "tls-timeout agent-lost reply-timeout",
        string.Join(' ', CloseReasons.All.Select(CloseReasons.Name)));

    [Fact]
    public void A_reason_of_a_later_version_is_counted_and_is_none_of_these()
    {
        ReasonCounts counts = new() { { "eaten", 2 }, { CloseReason.Reset, 1 } };
        Assert.Equal(3, counts.Total);
        Assert.Equal(CloseReason.None, CloseReasons.Find("eaten"));
        Assert.Equal(CloseReasons.Count, CloseReasons.All.Count + 1);
    }
}
