using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The one table from what a kernel says to a reason.</summary>
public sealed class ErrnoReasonTests
{
    [Theory]
    [InlineData(Errno.EINVAL, CloseReason.Unreachable)] // a blackhole route
    [InlineData(Errno.EACCES, CloseReason.NotPermitted)] // a prohibit route
    [InlineData(Errno.ENETUNREACH, CloseReason.Unreachable)]
    [InlineData(Errno.EHOSTUNREACH, CloseReason.Unreachable)]
    [InlineData(Errno.ECONNREFUSED, CloseReason.Refused)]
    [InlineData(Errno.ETIMEDOUT, CloseReason.ConnectTimeout)]
    [InlineData(Errno.ETIME, CloseReason.TlsTimeout)]
    [InlineData(ErrnoReason.OfTls, CloseReason.TlsFailed)]
    [InlineData(Errno.EPROTO, CloseReason.Other)] // ICMP's parameter problem, and nothing of TLS
    [InlineData(Errno.EIO, CloseReason.Other)]
    public void A_connect_that_failed_has_a_reason_by_its_errno(int errno, CloseReason reason) =>
        Assert.Equal(reason, ErrnoReason.Of(errno, Phase.Connecting));

    [Fact]
    public void An_open_connection_has_no_route_to_begin_with() =>
        Assert.Equal(CloseReason.Other, ErrnoReason.Of(Errno.EINVAL, Phase.Open));

    [Fact]
    public void The_errnos_behind_other_are_counted_by_name_and_shown_with_it()
    {
        ErrnoCounts counts = new();
        counts.Add(Errno.EIO);
        counts.Add(Errno.EPROTO);
        counts.Add(Errno.EIO);
        ReasonCounts names = [];
        counts.AddTo(names);
        Assert.Equal(2, names["EIO"]);
        ReasonCounts failed = new() { { CloseReason.Other, 3 }, { CloseReason.Refused, 1 } };
        Assert.Equal("3 other (EIO, EPROTO), 1 refused", failed.InWords(names));
    }
}
