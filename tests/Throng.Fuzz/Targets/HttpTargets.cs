using System.Text;

namespace Throng.Fuzz;

/// <summary>Requests to a run with --http, and answers of one to <c>throng ctl</c>.</summary>
internal static class HttpTargets
{
    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("http-requests", ReadRequest)
        {
            Rounds = 500,
            Words =
            [
                .. RunApi.Routes.Select(route => $"{route.Method} {route.Path}\n"), "Host: 127.0.0.1\n",
                "Authorization: Bearer token", "Authorization: Basic ", "Origin: http://127.0.0.1\n",
                "Content-Type: application/json\n", "\n\n", "{\"connections\":5}", "{\"rate_per_s\":1e9}",
                "{\"ping\":true}", "{\"line\":\"status\"}", "\\ud800", "\\u0000", "1e999", "null", "Sec-Fetch-Site: ",
            ],
        },
        new("http-answers", ReadAnswer)
        {
            Words =
            [
                "HTTP/1.1 200 OK\r\n", "HTTP/1.0 409 \r\n", "\r\n\r\n", "{\"lines\":[\"a\"]}", "{\"detail\":\"x\"}",
                "{\"remedy\":\"x\"}", "\\ud800", "null", "[]", "401",
            ],
        },
    ];

    /// <summary>Method and path, headers, and the body behind an empty line; the first byte says what run is asked.
    /// </summary>
    private static void ReadRequest(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        using QuietRun run = new(input[0]);
        ReadOnlySpan<byte> rest = input[1..];
        int end = rest.IndexOf("\n\n"u8);
        string[] lines = Property.Text(end < 0 ? rest : rest[..end]).Split('\n');
        string[] first = lines[0].Split(' ');
        string Header(string name) => lines.Skip(1).FirstOrDefault(
            line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";
        HttpQuestion question = new(
            first[0], first[^1], Header, end < 0 ? default : rest[(end + 2)..].ToArray());
        HttpRights rights = new("throng.example", (input[0] & 0x80) != 0 ? "token" : "");
        StreamFeed feed = new();
        RunApi api = new(
            new LiveConsole(run, () => new DescriptorUse(120, 1024, 4096), () => { }), feed, () => { });
        HttpReply reply = rights.Refuse(question) ?? api.Answer(question);
        Property.Holds(reply.Status is >= 200 and < 600 and not 500, "a status is none");
    }

    private static void ReadAnswer(ReadOnlySpan<byte> input)
    {
        try
        {
            ReadOnlyMemory<byte> body = HttpExchange.BodyOf(input.ToArray(), out int status);
            Answer answer = HttpAsker.Read(new Uri("http://127.0.0.1:1/"), status, body);
            Property.IsRefusal(!answer.IsRefused, answer.Text + "."); // its text may be empty
        }
        catch (Engine.SetupException refusal)
        {
            Property.IsLine(refusal.Message, "a refusal");
            Property.IsLine(refusal.Remedy + ".", "a remedy");
        }
    }
}
