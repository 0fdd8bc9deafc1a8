using System.Net;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

public sealed class SockAddrTests
{
    [Theory]
    [InlineData("1.2.3.4", 80, "1.2.3.4:80", 16)]
    [InlineData("0.0.0.0", 0, "0.0.0.0:0", 16)]
    [InlineData("::1", 65535, "[::1]:65535", 28)]
    [InlineData("2001:db8::7", 443, "[2001:db8::7]:443", 28)]
    [InlineData("::ffff:10.1.2.3", 53, "10.1.2.3:53", 28)]
    public void Text_and_length(string address, int port, string text, int bytes)
    {
        SockAddr value = SockAddr.From(IPAddress.Parse(address), port);
        Assert.Equal(text, value.ToString());
        Assert.Equal(bytes, value.Length);
        Assert.Equal(port, value.Port);
        Assert.Equal(IPAddress.Parse(address), value.Address);
        Assert.Equal(bytes == 28, value.IsIPv6);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    public void Loopback(string address, bool expected) =>
        Assert.Equal(expected, SockAddr.From(IPAddress.Parse(address), 1).IsLoopback);

    [Fact]
    public void Scope_id_is_kept_and_compared()
    {
        SockAddr two = SockAddr.From(IPAddress.Parse("fe80::1%2"), 9);
        SockAddr three = SockAddr.From(IPAddress.Parse("fe80::1%3"), 9);
        Assert.Equal(2, two.Address.ScopeId);
        Assert.NotEqual(two, three);
    }

    [Fact]
    public void Equality_is_by_value()
    {
        SockAddr a = SockAddr.From(IPAddress.Parse("10.0.0.1"), 7000);
        Assert.True(a == SockAddr.FromIPv4(0x0A000001, 7000));
        Assert.Equal(a.GetHashCode(), SockAddr.FromIPv4(0x0A000001, 7000).GetHashCode());
        Assert.True(a != a.WithPort(7001));
        Assert.NotEqual(SockAddr.Any4, SockAddr.Any6);
        Assert.Equal(0x0A000001u, a.Address4);
        Assert.False(default(SockAddr).IsLoopback);
        Assert.Equal("-", default(SockAddr).ToString());
    }

    [Theory]
    [InlineData(Errno.ECONNREFUSED, "ECONNREFUSED", "connection refused")]
    [InlineData(-Errno.ECONNREFUSED, "ECONNREFUSED", "connection refused")]
    [InlineData(-Errno.EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available")]
    [InlineData(4000, "E4000", "error 4000")]
    public void Errors_have_names(int errno, string name, string text)
    {
        Assert.Equal(name, Errno.Name(errno));
        Assert.Equal(text, Errno.Text(errno));
    }
}
