using System.Text;

namespace Throng;

/// <summary>Answer to a readiness probe: a pure function of what the probe sent so far and of the state.</summary>
public static class HealthAnswer
{
    /// <summary>A request that has no end by then is none.</summary>
    public const int RequestBytesMax = 4096;

    /// <summary>The whole answer, or null while the request is not complete.</summary>
    /// <param name="received">From the beginning of the request.</param>
    public static byte[]? To(ReadOnlySpan<byte> received, bool isDraining)
    {
        bool isWhole = received.IndexOf("\r\n\r\n"u8) >= 0 || received.IndexOf("\n\n"u8) >= 0;
        if (!isWhole)
        {
            return received.Length < RequestBytesMax ? null : Render("400 Bad Request", "the request has no end\n", "");
        }

        ReadOnlySpan<byte> line = received[..received.IndexOf((byte)'\n')].TrimEnd((byte)'\r');
        int space = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (space <= 0 || last - space < 2 || !line[(last + 1)..].StartsWith("HTTP/1."u8))
        {
            return Render("400 Bad Request", "this is not HTTP/1\n", "");
        }

        bool isHead = line[..space].SequenceEqual("HEAD"u8);
        if (!isHead && !line[..space].SequenceEqual("GET"u8))
        {
            return Render("405 Method Not Allowed", "GET or HEAD\n", "Allow: GET, HEAD\r\n");
        }

        return isDraining
            ? Render("503 Service Unavailable", "draining\n", "", isHead)
            : Render("200 OK", "ok\n", "", isHead);
    }

    private static byte[] Render(string status, string body, string header, bool isHead = false) =>
        Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\n"
        + $"{header}Connection: close\r\n\r\n{(isHead ? "" : body)}");
}
