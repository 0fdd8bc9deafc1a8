using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Throng.Engine;

namespace Throng;

/// <summary>
/// The asking side of --http: one command, one answer, on a socket of its own. A client of HTTP would be a megabyte of
/// program for one request of a known kind.
/// </summary>
public static class HttpAsker
{
    private const string Scheme = "http://";
    private const int AnswerTimeoutMs = 30_000;
    private const int AnswerBytesMax = 1 << 30;

    private static readonly UTF8Encoding Utf8 = new(false);

    public static bool IsUrl(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends one command to the run at a URL.</summary>
    /// <exception cref="SetupException">No run answers there.</exception>
    public static Answer Ask(string url, string command, string token)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? at) || at.AbsolutePath != "/" || at.UserInfo.Length > 0)
        {
            throw new SetupException($"'{Text.Plain(url)}' is no URL of a run", "write http://127.0.0.1:7080");
        }

        byte[] received = Exchange(at, Request(at, command, token));
        int end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        string head = end < 0 ? "" : Encoding.ASCII.GetString(received, 0, end);
        string[] first = head.Split("\r\n")[0].Split(' ');
        if (first.Length < 2 || !first[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            throw Strange(at);
        }

        try
        {
            using JsonDocument body = JsonDocument.Parse(received.AsMemory(end + 4));
            return Read(at, status, body.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Strange(at);
        }
    }

    private static Answer Read(Uri at, int status, JsonElement body) => status switch
    {
        200 => Answer.Read(string.Join('\n', body.GetProperty("lines").EnumerateArray().Select(
            line => line.GetString()))),
        400 or 409 => Answer.Refuse(body.GetProperty("detail").GetString() ?? ""),
        _ => throw new SetupException(
            $"{at} refuses to be asked: {Text.Plain(body.GetProperty("detail").GetString() ?? "")}",
            Text.Plain(body.GetProperty("remedy").GetString() ?? "")),
    };

    private static byte[] Request(Uri at, string command, string token)
    {
        string body = "{\"line\":\"" + JsonEncodedText.Encode(command) + "\"}";
        string authorization = token.Length > 0 ? $"Authorization: Bearer {token}\r\n" : "";
        return Utf8.GetBytes(
            $"POST /api/v1/commands HTTP/1.1\r\nHost: {at.Authority}\r\nConnection: close\r\n{authorization}"
            + $"Content-Type: application/json\r\nContent-Length: {Utf8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static byte[] Exchange(Uri at, byte[] request)
    {
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            socket.ReceiveTimeout = AnswerTimeoutMs;
            socket.Connect(at.DnsSafeHost, at.Port);
            socket.Send(request);
            using MemoryStream answer = new();
            byte[] buffer = new byte[64 * 1024];
            while (answer.Length < AnswerBytesMax && socket.Receive(buffer) is > 0 and var bytes)
            {
                answer.Write(buffer, 0, bytes);
            }

            return answer.ToArray();
        }
        catch (SocketException failure)
        {
            throw new SetupException(
                $"no run answers at {at}: {Reason.Describe(failure)}", "start one with --http and this address");
        }
    }

    private static SetupException Strange(Uri at) => new(
        $"what listens at {at} did not answer as a run of throng does", "see which program it is: ss -ltnp");
}
