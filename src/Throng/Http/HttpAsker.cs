using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>The asking side of --http: one command, one answer.</summary>
public static class HttpAsker
{
    /// <summary>Bytes of `list all` with ten million connections, which is more than any other answer has.</summary>
    private const int AnswerBytesMax = 1 << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static bool IsUrl(string text) => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends one command to the run at a URL.</summary>
    /// <param name="pinned">Certificate that alone is taken; none: any that this host trusts.</param>
    /// <exception cref="SetupException">No run answers there.</exception>
    public static Answer Ask(string url, string command, string token, Fingerprint pinned)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? at) || at.AbsolutePath != "/" || at.UserInfo.Length > 0)
        {
            throw new SetupException($"'{Text.Plain(url)}' is no URL of a run", "write http://127.0.0.1:7080");
        }

        ReadOnlyMemory<byte> received = Exchange(at, command, token, pinned, out int status);
        return Read(at, status, received);
    }

    /// <summary>The answer in what was received.</summary>
    /// <exception cref="SetupException">It is none of a run, or a run refuses to be asked.</exception>
    internal static Answer Read(Uri at, int status, ReadOnlyMemory<byte> received)
    {
        if (status == 0)
        {
            throw Strange(at);
        }

        try
        {
            using JsonDocument body = JsonDocument.Parse(received);
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
        400 or 409 => Answer.Refuse(Letters.Plain(body.GetProperty("detail").GetString() ?? "")),
        _ => throw new SetupException(
            $"{at} refuses to be asked: {Text.Plain(body.GetProperty("detail").GetString() ?? "")}",
            Text.Plain(body.GetProperty("remedy").GetString() ?? "")),
    };

    private static ReadOnlyMemory<byte> Exchange(
        Uri at, string command, string token, Fingerprint pinned, out int status)
    {
        string authorization = token.Length > 0 ? $"Authorization: Bearer {token}\r\n" : "";
        string body = "{\"line\":\"" + JsonEncodedText.Encode(command) + "\"}";
        try
        {
            return new HttpExchange(at, pinned, Patience, AnswerBytesMax).Post(
                "/api/v1/commands", "application/json", authorization, Encoding.UTF8.GetBytes(body), out status);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new SetupException(
                $"no run answers at {at}: {Reason.Describe(failure)}", "start one with --http and this address");
        }
    }

    private static SetupException Strange(Uri at) => new(
        $"what listens at {at} did not answer as a run of throng does", "see which program it is: ss -ltnp");
}
