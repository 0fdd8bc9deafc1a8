using System.Text;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

public class MonitorPayloadTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void A_stream_begins_with_room_for_a_name_and_is_the_same_in_any_pieces(int bytes)
    {
        byte[] whole = new byte[bytes * 2];
        MonitorPayload.Fill(3, 0, whole);
        Assert.All(whole[..64], one => Assert.Equal(0, one));
        Random random = new(bytes);
        for (int at = 0; at < whole.Length;)
        {
            byte[] piece = new byte[Math.Min(whole.Length - at, random.Next(1, 200))];
            MonitorPayload.Fill(3, at, piece);
            Assert.Equal(whole[at..(at + piece.Length)], piece);
            at += piece.Length;
        }

        Assert.True(MonitorPayload.Is(3, 64, whole.AsSpan(64)));
        Assert.False(MonitorPayload.Is(4, 64, whole.AsSpan(64)) && bytes > 64, "another connection's bytes differ");
        whole[^1] ^= 1;
        Assert.False(MonitorPayload.Is(3, 64, whole.AsSpan(64)));
    }

    [Fact]
    public void In_a_run_of_zeros_a_datagram_has_its_number_and_any_other_byte_shows()
    {
        byte[] datagram = [.. Enumerable.Repeat((byte)7, 200)];
        MonitorPayload.FillZeroDatagram(0x0102, datagram);
        Assert.Equal([64, 65], datagram.Index().Where(one => one.Item != 0).Select(one => one.Index));
        "server-a"u8.CopyTo(datagram);
        Assert.True(MonitorPayload.TryReadZeroDatagram(200, datagram, out long number));
        Assert.Equal(0x0102, number);
        Assert.False(MonitorPayload.TryReadZeroDatagram(199, datagram, out _));
        datagram[^1] = 1;
        Assert.False(MonitorPayload.TryReadZeroDatagram(200, datagram, out _));
    }

    [Fact]
    public void A_datagram_says_which_it_is_and_any_wrong_byte_behind_the_name_shows()
    {
        byte[] datagram = new byte[200];
        MonitorPayload.FillDatagram(2, 12345, datagram);
        "server-a"u8.CopyTo(datagram);
        Assert.True(MonitorPayload.TryReadDatagram(2, 200, datagram, out long number));
        Assert.Equal(12345, number);
        Assert.False(MonitorPayload.TryReadDatagram(2, 200, datagram.AsSpan(1), out _));
        for (int at = 64; at < datagram.Length; at++)
        {
            datagram[at] ^= 0x10;
            bool isEcho = MonitorPayload.TryReadDatagram(2, 200, datagram, out number);
            Assert.True(!isEcho || number != 12345, $"byte {at}");
            datagram[at] ^= 0x10;
        }
    }

    [Theory]
    [InlineData("pod-1", true)]
    [InlineData("", true)]
    [InlineData("node-ü", true)]
    [InlineData("two\nlines", false)]
    [InlineData("a\0b", false)]
    public void A_name_is_text_followed_by_zeros(string name, bool isName)
    {
        byte[] stamp = new byte[64];
        Encoding.UTF8.GetBytes(name, stamp);
        Assert.Equal(isName, MonitorPayload.TryReadName(stamp, out int length));
        Assert.True(!isName || length == Encoding.UTF8.GetByteCount(name));
    }

    [Fact]
    public void A_name_may_fill_all_the_room()
    {
        byte[] stamp = new byte[64];
        stamp.AsSpan().Fill((byte)'x');
        Assert.True(MonitorPayload.TryReadName(stamp, out int length));
        Assert.Equal(64, length);
    }

    [Fact]
    public void The_median_is_of_the_last_nine()
    {
        RecentResponses recent = default;
        Assert.Equal(0, recent.MedianNs());
        recent.Note(5_000);
        Assert.Equal(5_000, recent.MedianNs());
        foreach (int us in (int[])[900, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        {
            recent.Note(us * 1000L);
        }

        Assert.Equal(5_000, recent.MedianNs());
    }
}
