using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>A request to send later may come in any pieces; whatever else comes is no request.</summary>
public sealed class LaterMessageTests
{
    private const uint AskedMs = 0x0102_0304;

    [Fact]
    public void A_request_is_one_however_it_is_cut_and_its_beginning_is_what_came()
    {
        byte[] request = Request(AskedMs);
        for (int first = 1; first < request.Length; first++)
        {
            for (int second = first; second < request.Length; second++)
            {
                byte have = 0;
                uint ms = 0;
                Assert.True(LaterMessage.MayBe(request.AsSpan(0, first), ref have, ref ms));
                Assert.True(LaterMessage.MayBe(request.AsSpan(first, second - first), ref have, ref ms));
                byte[] beginning = new byte[have];
                LaterMessage.WriteBeginning(beginning, ms);
                Assert.Equal(request[..second], beginning);
                Assert.True(LaterMessage.MayBe(request.AsSpan(second), ref have, ref ms));
                Assert.Equal((LaterMessage.Bytes, AskedMs), (have, ms));
            }
        }
    }

    [Fact]
    public void One_wrong_byte_or_one_too_many_is_no_request()
    {
        byte[] request = Request(AskedMs);
        for (int at = 0; at < request.Length - sizeof(uint); at++)
        {
            byte[] other = [.. request];
            other[at] ^= 1;
            Assert.False(MayBe(other, at));
        }

        Assert.False(MayBe([.. request, 0], 3));
        Assert.False(MayBe(Request(0), 3), "no time");
        Assert.False(MayBe(Request(uint.MaxValue), 3), "longer than timers reach");
    }

    private static bool MayBe(byte[] bytes, int cut)
    {
        byte have = 0;
        uint ms = 0;
        bool may = LaterMessage.MayBe(bytes.AsSpan(0, cut), ref have, ref ms)
            && LaterMessage.MayBe(bytes.AsSpan(cut), ref have, ref ms);
        Assert.True(may || ms == 0, "what is no request asks for nothing");
        return may;
    }

    private static byte[] Request(uint ms)
    {
        byte[] request = new byte[LaterMessage.Bytes];
        LaterMessage.Write(request, LaterMessage.Request, ms);
        return request;
    }
}
