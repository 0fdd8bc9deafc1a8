using System.Text;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the answers to a readiness probe.</summary>
public sealed class HealthAnswerTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, "HTTP/1.1 200 OK", "ok\n")]
    [InlineData("GET /ready?x HTTP/1.0\n\n", false, "HTTP/1.1 200 OK", "ok\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", true, "HTTP/1.1 503 Service Unavailable", "draining\n")]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n", false, "HTTP/1.1 200 OK", "")]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n", true, "HTTP/1.1 503 Service Unavailable", "")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", false,
        "HTTP/1.1 405 Method Not Allowed", "GET or HEAD\n")]
    [InlineData("get / HTTP/1.1\r\n\r\n", false, "HTTP/1.1 405 Method Not Allowed", "GET or HEAD\n")]
    [InlineData("GET /\r\n\r\n", false, "HTTP/1.1 400 Bad Request", "this is not HTTP/1\n")]
    [InlineData("GET  HTTP/1.1\r\n\r\n", false, "HTTP/1.1 400 Bad Request", "this is not HTTP/1\n")]
    [InlineData(" / HTTP/1.1\r\n\r\n", false, "HTTP/1.1 400 Bad Request", "this is not HTTP/1\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", false, "HTTP/1.1 400 Bad Request", "this is not HTTP/1\n")]
    [InlineData("\r\n\r\n", false, "HTTP/1.1 400 Bad Request", "this is not HTTP/1\n")]
    public void Only_get_and_head_are_answered_by_the_state(string request, bool isDraining, string status, string body)
    {
        string answer = Encoding.ASCII.GetString(HealthAnswer.To(Encoding.ASCII.GetBytes(request), isDraining)!);
        Assert.StartsWith(status + "\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: close\r\n\r\n" + body, answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_is_waited_for_to_its_end_and_no_further_than_its_bound()
    {
        byte[] request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        for (int length = 0; length < request.Length; length++)
        {
            Assert.Null(HealthAnswer.To(request.AsSpan(0, length), false));
        }

        byte[] endless = new byte[HealthAnswer.RequestBytesMax];
        endless.AsSpan().Fill((byte)'a');
        Assert.Null(HealthAnswer.To(endless.AsSpan(1), false));
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(HealthAnswer.To(endless, false)!));
    }

    [Fact]
    public void Whatever_comes_it_is_answered_in_one_of_four_ways()
    {
        string[] parts =
        [
            "GET", "HEAD", " ", "/", "HTTP/1.1", "\r", "\n", "\r\n", "\r\n\r\n", "\0", "é", "1",
            "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n",
        ];
        Prng random = new(7);
        Dictionary<string, int> seen = [];
        for (int run = 0; run < 20_000; run++)
        {
            StringBuilder request = new();
            for (int part = (int)random.NextInRange(0, 12); part > 0; part--)
            {
                request.Append(parts[random.NextInRange(0, parts.Length - 1)]);
            }

            byte[] bytes = Encoding.UTF8.GetBytes(request.ToString());
            byte[]? answer = HealthAnswer.To(bytes, isDraining: false);
            string status = answer is null ? "none" : Encoding.ASCII.GetString(answer)[9..12];
            Assert.Contains(status, (string[])["none", "200", "400", "405"]);
            seen[status] = seen.GetValueOrDefault(status) + 1;
            bool hasEnd = bytes.AsSpan().IndexOf("\n\n"u8) >= 0 || bytes.AsSpan().IndexOf("\r\n\r\n"u8) >= 0;
            Assert.Equal(hasEnd, answer is not null);
        }

        Assert.Equal(4, seen.Count);
    }
}
