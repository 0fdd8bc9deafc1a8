using System.Globalization;
using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;
using static Throng.Measurement.Counter;

namespace Throng;

/// <summary>
/// Answers to requests, as docs/reference/openapi.json describes them. Everything that changes the run is a
/// line of the prompt, so there is one owner of what may be asked when.
/// </summary>
public sealed class RunApi
{
    public const string StatusSchema = "throng.status/1";

    private const string Prefix = "/api/v1";
    private const int LineBytesMax = 4096;

    private volatile RunDocument? _final;
    private readonly LiveConsole _console;
    private readonly RunPage _page;
    private readonly Action _wake;
    private volatile bool _isEnding;
    private volatile bool _isDismissed;

    /// <param name="feed">Lines of the run so far, behind which its page begins.</param>
    /// <param name="wake">Called when whoever waits for the end of the process has something to see.</param>
    public RunApi(LiveConsole console, StreamFeed feed, Action wake)
    {
        _console = console;
        _wake = wake;
        _page = new RunPage(console, feed, () => _final);
    }

    /// <summary>Routes with their methods, as the description lists them.</summary>
    public static IReadOnlyList<(string Method, string Path)> Routes { get; } =
    [
        ("GET", RunPage.Root), .. RunPage.Paths.Select(path => ("GET", path)),
        ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
        ("GET", Prefix + "/status"), ("GET", Prefix + "/stream"), ("GET", Prefix + "/document"),
        ("PATCH", Prefix + "/run"),
        ("POST", Prefix + "/commands"), ("POST", Prefix + "/stop"),
    ];

    /// <summary>Somebody wants the process to be gone, though it lingers.</summary>
    public bool IsDismissed => _isDismissed;

    /// <summary>The run is ending: nothing new is welcome.</summary>
    public void Drain()
    {
        _isEnding = true;
        _page.Drain();
    }

    /// <summary>The run has ended, and this is what it came to.</summary>
    public void End(RunDocument document)
    {
        _final = document;
        _page.Renew();
    }

    public HttpReply Answer(HttpQuestion question)
    {
        string method = question.Method == "HEAD" ? "GET" : question.Method;
        string[] methods = [.. Routes.Where(route => route.Path == question.Path).Select(route => route.Method)];
        if (methods.Length == 0)
        {
            return HttpReply.Problem(
                404, "no such page", $"there is nothing at {Text.Plain(question.Path)}",
                "ask for one of " + string.Join(", ", Routes.Select(route => route.Path)));
        }

        if (!methods.Contains(method))
        {
            return HttpReply.Problem(
                405, "no such method", $"{question.Path} takes {methods[0]}, not {Text.Plain(question.Method)}",
                $"ask with {methods[0]}") with
            {
                Headers = [new("Allow", methods[0] == "GET" ? "GET, HEAD" : methods[0])],
            };
        }

        return question.Path switch
        {
            "/healthz" => HttpReply.Text(200, "ok\n"),
            "/readyz" => _isEnding ? HttpReply.Text(503, "draining\n") : HttpReply.Text(200, "ok\n"),
            "/metrics" => Scraped(question),
            Prefix + "/status" => HttpReply.Json(Status()),
            Prefix + "/stream" => new HttpReply(200, "text/event-stream", [], IsStream: true),
            Prefix + "/document" => HttpReply.Json(JsonReport.Render(Document())),
            Prefix + "/run" => WithJson(question, Change),
            Prefix + "/commands" => WithJson(question, Command),
            Prefix + "/stop" => Stop(),
            _ => _page.Answer(question.Path),
        };
    }

    private RunDocument Document() => _final ?? _console.Run.DocumentSoFar();

    /// <summary>In the format that Prometheus asks for; the older one where nobody asks for any.</summary>
    private HttpReply Scraped(HttpQuestion question)
    {
        bool isOpenMetrics = question.Header("Accept")
            .Contains("application/openmetrics-text", StringComparison.Ordinal);
        string type = isOpenMetrics ? MetricsText.OpenMetricsType : MetricsText.PlainType;
        return new HttpReply(200, type, Encoding.UTF8.GetBytes(MetricsText.Render(Document(), isOpenMetrics)));
    }

    private Section Status()
    {
        ILiveRun run = _console.Run;
        Sample now = run.Sample();
        Section status = new()
        {
            ["schema"] = StatusSchema,
            ["command"] = run.Spec.Command,
            ["run_id"] = run.Spec.RunId,
            ["state"] = _final is not null ? "ended" : _isEnding ? "ending" : "running",
            ["running_ns"] = now.AtNs,
            ["engine"] = run.Engine,
            ["requested"] = now.Requested,
            ["open"] = now.Open,
            ["connecting"] = now.Connecting,
            ["opened"] = now[Opened],
            ["lost"] = now.Lost,
            ["failed"] = now.Failed,
            ["messages_sent"] = now[MessagesSent],
            ["messages_answered"] = now[MessagesAnswered],
            ["ping"] = run.PingIsOn,
            ["listening"] = Node.ListOf(run.Listening.Select(one => one.ToString())),
            ["commands"] = Node.ListOf(PromptCommands.For(run).Select(one => one.Name)),
        };
        if (_final is { } final)
        {
            status["verdict"] = final.Verdict.Text;
            status["ended_by"] = final.EndedBy;
        }

        return status;
    }

    /// <summary>Sets what the body names, each as the prompt's `set` or `ping` would; the first refusal ends it.
    /// </summary>
    private HttpReply Change(JsonElement body)
    {
        List<string> lines = [];
        foreach (JsonProperty member in body.EnumerateObject())
        {
            bool isNumber = member.Value.ValueKind == JsonValueKind.Number;
            string? line = member.Name switch
            {
                "connections" when isNumber && member.Value.TryGetInt64(out long number) && number >= 0 =>
                    (_console.Run.HasRate ? "set connections " : "set ") + member.Value.GetRawText(),
                "rate_per_s" when isNumber && member.Value.GetDouble() >= 0 =>
                    "set rate " + member.Value.GetDouble().ToString("0.######", CultureInfo.InvariantCulture),
                "ping" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                    member.Value.GetBoolean() ? "ping on" : "ping off",
                _ => null,
            };
            if (line is null)
            {
                return HttpReply.Problem(
                    400, "not understood", $"'{Text.Plain(member.Name)}' is none that can be set, or has a value "
                        + "of another kind",
                    "send connections (a whole number), rate_per_s (a number) or ping (true or false)");
            }

            lines.Add(line);
        }

        List<string> answers = [];
        foreach (string line in lines)
        {
            Answer answer = _console.Execute(line);
            if (answer.IsRefused)
            {
                string done = answers.Count == 0 ? "" : "; done before it: " + string.Join(", ", answers);
                return Refused(line, answer.Text + done);
            }

            answers.Add(answer.Text);
            _page.Renew();
        }

        return HttpReply.Json(new Section { ["answers"] = Node.ListOf(answers) });
    }

    private HttpReply Command(JsonElement body)
    {
        string line = body.TryGetProperty("line", out JsonElement typed) && typed.ValueKind == JsonValueKind.String
            ? typed.GetString() ?? "" : "";
        if (line.Length is 0 or > LineBytesMax || !Letters.Shows(line))
        {
            return HttpReply.Problem(
                400, "not understood", "line is missing, or is not one line of plain text",
                "send {\"line\": \"help\"}");
        }

        Answer answer = _console.Execute(line);
        return answer.IsRefused
            ? Refused(line, answer.Text)
            : HttpReply.Json(new Section { ["lines"] = Node.ListOf(answer.Text.Split('\n')) });
    }

    private HttpReply Stop()
    {
        if (_final is not null)
        {
            _isDismissed = true;
            _wake();
            return HttpReply.Json(new Section { ["lines"] = Node.ListOf(["the process ends"]) }, 202);
        }

        Answer answer = _console.Execute(PromptCommands.QuitName);
        return HttpReply.Json(new Section { ["lines"] = Node.ListOf([answer.Text]) }, 202);
    }

    private static HttpReply Refused(string line, string why) => HttpReply.Problem(
        409, $"refused: {line}", why, "POST {\"line\": \"help\"} to /api/v1/commands lists what this run takes");

    private static HttpReply WithJson(HttpQuestion question, Func<JsonElement, HttpReply> answer)
    {
        string type = question.Header("Content-Type").Split(';')[0].Trim();
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return HttpReply.Problem(
                415, "no JSON", $"the body is '{Text.Plain(type)}'", "send Content-Type: application/json");
        }

        try
        {
            using JsonDocument body = JsonDocument.Parse(question.Body, new JsonDocumentOptions { MaxDepth = 4 });
            return body.RootElement.ValueKind == JsonValueKind.Object
                ? answer(body.RootElement)
                : HttpReply.Problem(400, "not understood", "the body is no object", "send an object: {…}");
        }
        catch (JsonException)
        {
            return HttpReply.Problem(400, "not understood", "the body is no JSON", "send an object: {…}");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: there is no way to ask beforehand.
            return HttpReply.Problem(
                400, "not understood", "the body has letters that are no Unicode", "send an object: {…}");
        }
    }
}
