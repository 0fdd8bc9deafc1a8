using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class ChurnOutcomeTests
{
    [Theory]
    [InlineData(CloseReason.Refused, Phase.Connecting, false, "refused")]
    [InlineData(CloseReason.Unreachable, Phase.Connecting, false, "unreachable")]
    [InlineData(CloseReason.Unreachable, Phase.Open, false, "unreachable")]
    [InlineData(CloseReason.TlsTimeout, Phase.Connecting, false, "timeout_tls")]
    [InlineData(CloseReason.TlsFailed, Phase.Connecting, false, "tls_failed")]
    [InlineData(CloseReason.NotPermitted, Phase.Connecting, false, "not_permitted")]
    [InlineData(CloseReason.Reset, Phase.Connecting, false, "reset_before_reply")]
    [InlineData(CloseReason.Reset, Phase.Open, false, "reset_before_reply")]
    [InlineData(CloseReason.Reset, Phase.Open, true, "reset_in_reply")]
    [InlineData(CloseReason.ConnectTimeout, Phase.Connecting, false, "timeout_connect")]
    [InlineData(CloseReason.TimedOut, Phase.Open, false, "timeout_reply")]
    [InlineData(CloseReason.TimedOut, Phase.Open, true, "timeout_close")]
    [InlineData(CloseReason.PeerClosed, Phase.Open, true, "closed")]
    [InlineData(CloseReason.InvalidReply, Phase.Open, true, "invalid")]
    [InlineData(CloseReason.NoPort, Phase.Connecting, false, "no_port")]
    [InlineData(CloseReason.NoDescriptor, Phase.Connecting, false, "no_descriptor")]
    [InlineData(CloseReason.Cancelled, Phase.Connecting, false, "cancelled")]
    [InlineData(CloseReason.NoMemory, Phase.Open, false, "no_memory")]
    [InlineData(CloseReason.Other, Phase.Open, false, "other")]
    public void An_end_has_an_outcome_by_where_it_was(
        CloseReason reason, Phase phase, bool hasReply, string name) =>
        Assert.Equal(name, ChurnOutcomes.Name(ChurnOutcomes.Of(reason, phase, hasReply)));

    [Fact]
    public void Every_reason_has_an_outcome_and_every_outcome_a_name_of_its_own()
    {
        foreach (CloseReason reason in Enum.GetValues<CloseReason>())
        {
            Assert.NotEqual(ChurnOutcome.None, ChurnOutcomes.Of(reason, Phase.Open, hasReply: false));
        }

        string[] names = [.. Enum.GetValues<ChurnOutcome>().Select(ChurnOutcomes.Name)];
        Assert.Equal(ChurnOutcomes.Count, names.Distinct().Count());
    }

    [Fact]
    public void A_reply_is_what_was_expected_piece_by_piece()
    {
        ReplyExpectation exactly = ReplyExpectation.Exactly("abcd"u8.ToArray());
        Assert.True(exactly.Allows(0, "ab"u8));
        Assert.True(exactly.Allows(2, "cd"u8));
        Assert.False(exactly.Allows(2, "cx"u8));
        Assert.False(exactly.Allows(4, "e"u8));
        Assert.True(ReplyExpectation.Bytes(3).Allows(1, "xy"u8));
        Assert.False(ReplyExpectation.Bytes(3).Allows(2, "xy"u8));
        Assert.True(ReplyExpectation.Any.Allows(1L << 40, "x"u8));
    }
}
