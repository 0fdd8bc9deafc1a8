using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class ChurnOutcomeTests
{
    [Theory]
    [InlineData(CloseReason.Refused, false, "refused")]
    [InlineData(CloseReason.Unreachable, false, "unreachable")]
    [InlineData(CloseReason.TlsTimeout, false, "timeout_tls")]
    [InlineData(CloseReason.TlsFailed, false, "tls_failed")]
    [InlineData(CloseReason.NotPermitted, false, "not_permitted")]
    [InlineData(CloseReason.Reset, false, "reset_before_reply")]
    [InlineData(CloseReason.Reset, true, "reset_in_reply")]
    [InlineData(CloseReason.ConnectTimeout, false, "timeout_connect")]
    [InlineData(CloseReason.TimedOut, false, "timeout_reply")]
    [InlineData(CloseReason.TimedOut, true, "timeout_close")]
    [InlineData(CloseReason.ReplyTimeout, false, "timeout_reply")]
    [InlineData(CloseReason.ReplyTimeout, true, "timeout_close")]
    [InlineData(CloseReason.PeerClosed, true, "closed")]
    [InlineData(CloseReason.InvalidReply, true, "invalid")]
    [InlineData(CloseReason.NoPort, false, "no_port")]
    [InlineData(CloseReason.NoDescriptor, false, "no_descriptor")]
    [InlineData(CloseReason.Cancelled, false, "cancelled")]
    [InlineData(CloseReason.NoMemory, false, "no_memory")]
    [InlineData(CloseReason.Other, false, "other")]
    public void An_end_has_an_outcome_by_what_had_come(CloseReason reason, bool hasReply, string name) =>
        Assert.Equal(name, ChurnOutcomes.Name(LifeEnd.OutcomeOf(reason, hasReply)));

    [Fact]
    public void Every_reason_has_an_outcome_and_every_outcome_a_name_of_its_own()
    {
        foreach (CloseReason reason in Enum.GetValues<CloseReason>())
        {
            Assert.NotEqual(ChurnOutcome.None, LifeEnd.OutcomeOf(reason, hasReply: false));
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
