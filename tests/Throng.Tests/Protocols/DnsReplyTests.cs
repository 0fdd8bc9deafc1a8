using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class DnsReplyTests
{
    [Theory]
    [InlineData("1234 8180 0001 0001 0000 0000", 0x1234, 0, false, true)]
    [InlineData("ffff 8183 0001 0000 0000 0000", 0xffff, 3, false, true)]
    [InlineData("0000 8382 0001 0000 0000 0000 00", 0, 2, true, true)]
    [InlineData("0001 0100 0001 0000 0000 0000", 1, 0, false, false)]
    [InlineData("0001 800f 0000 0000 0000 0000", 1, 15, false, true)]
    public void A_header_says_what_became_of_a_query(
        string hex, int id, int rcode, bool isTruncated, bool isResponse)
    {
        byte[] message = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.True(DnsReply.TryRead(message, out DnsReply reply));
        Assert.Equal(id, reply.Id);
        Assert.Equal(rcode, reply.Rcode);
        Assert.Equal(isTruncated, reply.IsTruncated);
        Assert.Equal(isResponse, reply.IsResponse);
        Assert.Equal(message.Length, reply.Bytes);
        Assert.False(reply.IsMalformed);
        Assert.Equal(reply, Parsed([Prefixed(message)]).Single());
    }

    [Theory]
    [InlineData("8180 0001 0000 0000 0001", "00 0029 04d0 01000000 0000", "BADVERS")]
    [InlineData("8187 0001 0000 0000 0001", "00 0029 04d0 01000000 000c 000a 0008 0102030405060708", "BADCOOKIE")]
    [InlineData("8187 0001 0000 0000 0001", "00 0029 04d0 00000000 0000", "RCODE7")]
    [InlineData("8180 0001 0000 0000 0001", "00 0001 04d0 01000000 0000", "NOERROR")] // another type
    [InlineData("8180 0001 0000 0000 0001", "00 0029 04", "NOERROR")] // cut short
    [InlineData("8180 0001 0001 0000 0001", "00 0029 04d0 01000000 0000", "NOERROR")] // an answer comes first
    public void A_code_of_edns_is_in_the_opt_record(string head, string record, string name)
    {
        byte[] message = Convert.FromHexString(
            $"1234 {head} 0161 02 6363 00 0001 0001 {record}".Replace(" ", "", StringComparison.Ordinal));
        Assert.True(DnsReply.TryRead(message, out DnsReply reply));
        Assert.Equal(name, DnsRcode.Name(reply.Rcode));
        byte[] stream = Prefixed(message);
        Assert.Equal(reply, Parsed([stream]).Single());
        for (int first = 0; first <= stream.Length; first++)
        {
            Assert.Equal(reply, Parsed([stream[..first], stream[first..]]).Single());
        }
    }

    [Theory]
    [InlineData(0, "NOERROR")]
    [InlineData(1, "FORMERR")]
    [InlineData(2, "SERVFAIL")]
    [InlineData(3, "NXDOMAIN")]
    [InlineData(4, "NOTIMP")]
    [InlineData(5, "REFUSED")]
    [InlineData(6, "RCODE6")]
    [InlineData(15, "RCODE15")]
    [InlineData(DnsRcode.BadVersion, "BADVERS")]
    [InlineData(DnsRcode.BadCookie, "BADCOOKIE")]
    public void Codes_have_names(byte code, string name) => Assert.Equal(name, DnsRcode.Name(code));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public void A_message_without_a_whole_header_is_malformed_and_the_next_is_not(int bytes)
    {
        byte[] malformed = new byte[bytes];
        Array.Fill(malformed, (byte)0xff);
        Assert.False(DnsReply.TryRead(malformed, out DnsReply reply));
        Assert.True(reply.IsMalformed);
        Assert.Equal(bytes >= 2, reply.HasId);
        Assert.Equal(bytes >= 2 ? 0xffff : 0, reply.Id);
        byte[] stream = [.. Prefixed(malformed), .. Prefixed(Message(7, 12))];
        foreach (int cut in Enumerable.Range(0, stream.Length + 1))
        {
            DnsReply[] replies = Parsed([stream[..cut], stream[cut..]]);
            Assert.Equal(reply, replies[0]);
            Assert.Equal(7, replies[1].Id);
            Assert.False(replies[1].IsMalformed);
            Assert.Equal(2, replies.Length);
        }
    }

    [Fact]
    public void Replies_are_the_same_however_they_are_cut()
    {
        byte[] stream =
        [
            .. Prefixed(Message(1, 12)), .. Prefixed(Message(2, 45)), .. Prefixed([]), .. Prefixed(Message(3, 13)),
        ];
        DnsReply[] whole = Parsed([stream]);
        Assert.Equal([12, 45, 0, 13], whole.Select(reply => reply.Bytes));
        Assert.Equal([1, 2, 0, 3], whole.Select(reply => (int)reply.Id));
        for (int first = 0; first <= stream.Length; first++)
        {
            for (int second = first; second <= stream.Length; second++)
            {
                Assert.Equal(whole, Parsed([stream[..first], stream[first..second], stream[second..]]));
            }
        }

        Assert.Equal(whole, Parsed([.. stream.Select(one => new[] { one })]));
    }

    [Fact]
    public void A_reply_counts_with_its_last_byte()
    {
        byte[] stream = [.. Prefixed(Message(9, 65_535)), 0];
        DnsReplyParser parser = default;
        Assert.False(parser.IsInReply);
        ReadOnlySpan<byte> most = stream.AsSpan(0, stream.Length - 2);
        Assert.False(parser.TryNext(ref most, out _));
        Assert.True(most.IsEmpty);
        Assert.True(parser.IsInReply);
        ReadOnlySpan<byte> last = stream.AsSpan(stream.Length - 2);
        Assert.True(parser.TryNext(ref last, out DnsReply reply));
        Assert.Equal((9, 65_535), (reply.Id, reply.Bytes));
        Assert.Equal(1, last.Length);
        Assert.False(parser.IsInReply);
    }

    [Fact]
    public void A_parser_is_twelve_bytes() =>
        Assert.Equal(DnsReplyParser.Size, Unsafe.SizeOf<DnsReplyParser>());

    [Fact]
    public void Arbitrary_bytes_in_arbitrary_parts_are_framed_by_their_lengths() => Prop.ForAll(
        Arb.From(Streams),
        parts =>
        {
            byte[] stream = [.. parts.SelectMany(part => part)];
            DnsReplyParser parser = default;
            List<DnsReply> replies = [];
            foreach (byte[] part in parts)
            {
                ReadOnlySpan<byte> bytes = part;
                while (parser.TryNext(ref bytes, out DnsReply reply))
                {
                    replies.Add(reply);
                }

                Assert.True(bytes.IsEmpty);
            }

            Assert.Equal(Expected(stream, out bool isInReply), replies);
            Assert.Equal(isInReply, parser.IsInReply);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] stream = [.. Prefixed(Message(1, 12)), .. Prefixed(Message(2, 45)), .. Prefixed([])];
        DnsReplyParser parser = default;
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 0;
        for (int round = 0; round < 1000; round++)
        {
            ReadOnlySpan<byte> first = stream.AsSpan(0, round % stream.Length);
            ReadOnlySpan<byte> second = stream.AsSpan(round % stream.Length);
            while (parser.TryNext(ref first, out _) || parser.TryNext(ref second, out _))
            {
                count++;
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3000, count);
    }

    // Mostly small values, so that lengths are short and many messages end inside the stream.
    private static Gen<byte[][]> Streams
    {
        get
        {
            Gen<byte> one = Gen.Frequency(
                (4, Gen.Constant((byte)0)), (3, Gen.Choose(0, 40).Select(value => (byte)value)),
                (1, Gen.Choose(0, 255).Select(value => (byte)value)));
            return one.ArrayOf().ArrayOf();
        }
    }

    /// <summary>The framing once more, over the whole stream at once.</summary>
    private static List<DnsReply> Expected(byte[] stream, out bool isInReply)
    {
        List<DnsReply> replies = [];
        int at = 0;
        while (stream.Length - at >= 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(stream.AsSpan(at));
            if (stream.Length - at - 2 < length)
            {
                break;
            }

            DnsReply.TryRead(stream.AsSpan(at + 2, length), out DnsReply reply);
            replies.Add(reply);
            at += 2 + length;
        }

        isInReply = at < stream.Length;
        return replies;
    }

    private static DnsReply[] Parsed(IEnumerable<byte[]> parts)
    {
        DnsReplyParser parser = default;
        List<DnsReply> replies = [];
        foreach (byte[] part in parts)
        {
            ReadOnlySpan<byte> bytes = part;
            while (parser.TryNext(ref bytes, out DnsReply reply))
            {
                replies.Add(reply);
            }
        }

        return [.. replies];
    }

    private static byte[] Prefixed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Message(ushort id, int bytes)
    {
        byte[] message = new byte[bytes];
        Array.Fill(message, (byte)0xa5);
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        return message;
    }
}
