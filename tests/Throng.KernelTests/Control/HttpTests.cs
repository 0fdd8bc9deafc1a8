using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A run that is watched and steered over HTTP, and those who would harm it that way.</summary>
public sealed class HttpTests
{
    private static readonly string Description = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../docs/reference/openapi.json"));

    [Fact]
    public void Each_route_of_the_description_answers_as_described_and_there_are_no_others()
    {
        using HttpRun run = HttpRun.Start("hold", "10", "--for", "1h");
        using JsonDocument described = JsonDocument.Parse(File.ReadAllText(Description));
        Assert.StartsWith("3.1", described.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        List<string> routes = [];
        foreach (JsonProperty path in described.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                routes.Add($"{operation.Name.ToUpperInvariant()} {path.Name}");
                if (path.Name == "/api/v1/stop")
                {
                    continue; // last
                }

                string body = operation.Name switch
                {
                    "patch" => "{\"connections\":11}", "post" => "{\"line\":\"status\"}", _ => "",
                };
                using HttpResponseMessage answer = run.Send(operation.Name.ToUpperInvariant(), path.Name, body);
                AssertDescribed(operation, answer);
            }
        }

        Assert.Equal(RunApi.Routes.Select(route => $"{route.Method} {route.Path}").Order(), routes.Order());
        using HttpResponseMessage unknown = run.Send("GET", "/nothing");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType!.MediaType);
        using HttpResponseMessage wrong = run.Send("DELETE", "/api/v1/run");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
        using HttpResponseMessage stop = run.Send("POST", "/api/v1/stop");
        Assert.Equal(HttpStatusCode.Accepted, stop.StatusCode);
        run.Process.Ends(0);
    }

    [Fact]
    public void A_dial_changes_the_run_and_what_cannot_be_is_refused_with_a_remedy()
    {
        using HttpRun run = HttpRun.Start("hold", "10", "--room", "100", "--for", "1h", "--json");
        using HttpResponseMessage set = run.Send("PATCH", "/api/v1/run", "{\"connections\":40}");
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Eventually.Holds(() => run.Status().GetProperty("open").GetInt64() == 40, run.Process.Story);

        foreach ((string body, HttpStatusCode status) in new[]
        {
            ("{\"rate_per_s\":10}", HttpStatusCode.Conflict), ("{\"connections\":\"x\"}", HttpStatusCode.BadRequest),
            ("{\"colour\":1}", HttpStatusCode.BadRequest), ("[1]", HttpStatusCode.BadRequest),
            ("{", HttpStatusCode.BadRequest),
        })
        {
            using HttpResponseMessage refused = run.Send("PATCH", "/api/v1/run", body);
            Assert.Equal(status, refused.StatusCode);
            JsonElement problem = HttpRun.Json(refused);
            Assert.All(["title", "detail", "remedy"], key => Assert.NotEmpty(problem.GetProperty(key).GetString()!));
        }

        using ThrongProcess ctl = ThrongProcess.Run(0, "ctl", run.Url, "set", "15");
        Assert.Equal("requested 15 (was 40)", ctl.OutputText.TrimEnd());
        using ThrongProcess refusal = ThrongProcess.Run(1, "ctl", run.Url, "fly");
        Assert.Contains("unknown command 'fly'", refusal.ErrorText, StringComparison.Ordinal);
        Eventually.Holds(() => run.Status().GetProperty("open").GetInt64() == 15, run.Process.Story);
        run.Process.Signal(ThrongProcess.SIGTERM);
        Document document = run.Process.Finish();
        Assert.Equal(15, document.Number("connections.held"));
    }

    [Fact]
    public void A_stream_is_resumed_where_it_broke_off_and_ends_with_the_verdict()
    {
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "2500ms", "--linger", "1m");
        using StreamReader all = run.Events(0);
        string first = HttpRun.NextEvent(all, out long id);
        Assert.Equal(1, id);
        Assert.Contains("\"event\":\"start\"", first, StringComparison.Ordinal);
        List<string> rest = [];
        while (HttpRun.NextEvent(all, out id) is { Length: > 0 } line)
        {
            rest.Add(line);
        }

        Assert.Contains("\"event\":\"verdict\"", rest[^1], StringComparison.Ordinal);
        Assert.True(rest.Count(line => line.Contains("\"event\":\"interval\"", StringComparison.Ordinal)) >= 2);
        using StreamReader resumed = run.Events(rest.Count - 1);
        Assert.Equal(rest[^2], HttpRun.NextEvent(resumed, out id));
        Assert.Equal(rest.Count, id);
        using HttpResponseMessage asked = run.Send("GET", $"/api/v1/stream?after={rest.Count - 1}");
        using StreamReader after = new(asked.Content.ReadAsStream(TestContext.Current.CancellationToken));
        Assert.Equal(rest[^2], HttpRun.NextEvent(after, out id));
        Assert.Equal(rest.Count, id);

        JsonElement final = run.Get("/api/v1/document");
        Assert.Equal("duration", final.GetProperty("ended_by").GetString());
        Assert.Equal("ended", run.Status().GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, run.StatusOf("/readyz"));
        Assert.Equal(HttpStatusCode.OK, run.StatusOf("/healthz"));
        using HttpResponseMessage dismissed = run.Send("POST", "/api/v1/stop");
        run.Process.Ends(0);
    }

    [Theory]
    [InlineData("Host", "evil.example:7080", "GET", "/api/v1/status", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Origin", "http://evil.example", "POST", "/api/v1/stop", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", "PATCH", "/api/v1/run", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", "POST", "/api/v1/stop", HttpStatusCode.Forbidden)]
    [InlineData("Content-Type", "text/plain", "POST", "/api/v1/commands", HttpStatusCode.UnsupportedMediaType)]
    public void A_page_elsewhere_can_change_nothing(
        string header, string value, string method, string path, HttpStatusCode status)
    {
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "1h");
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (method != "GET")
        {
            request.Content = new StringContent("{\"line\":\"quit\"}", Encoding.UTF8, "application/json");
        }

        if (header == "Content-Type")
        {
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue(value);
        }
        else
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using HttpResponseMessage answer = run.Send(request);
        Assert.Equal(status, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("running", run.Status().GetProperty("state").GetString());
    }

    [Fact]
    public void Where_others_can_ask_a_token_is_made_and_needed()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("throng-").FullName, "token");
        using HttpRun run = HttpRun.Start(
            "hold", "5", "--for", "1h", "--http=0.0.0.0:0", "--http-plain", "--http-token-file", file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        string token = File.ReadAllText(file).Trim();
        Assert.Equal(HttpStatusCode.Unauthorized, run.StatusOf("/api/v1/status"));
        Assert.Equal(HttpStatusCode.OK, run.StatusOf("/readyz"));
        run.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token + "0");
        Assert.Equal(HttpStatusCode.Unauthorized, run.StatusOf("/api/v1/status"));
        run.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, run.StatusOf("/api/v1/status"));
        run.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("x:" + token)));
        Assert.Equal(HttpStatusCode.OK, run.StatusOf("/"));
        using ThrongProcess mute = ThrongProcess.Run(3, "ctl", run.Url, "status");
        using ThrongProcess ctl = ThrongProcess.Run(0, "ctl", "--http-token-file", file, run.Url, "status");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        using ThrongProcess open = ThrongProcess.Run(
            3, "hold", "5", "--http=0.0.0.0:0", "--http-plain", "--http-token-file", file);
        Assert.Contains("chmod 600", open.ErrorText, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void A_taken_port_is_an_error_at_once()
    {
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "1h");
        using ThrongProcess second = ThrongProcess.Run(3, "hold", "5", "--http=" + run.Url["http://".Length..]);
        Assert.Contains("--http=127.0.0.1:0", second.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("held", second.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_bodies_half_open_clients_and_silent_readers_change_nothing()
    {
        using HttpRun run = HttpRun.Start("hold", "50", "--for", "1h", "--json");
        List<Socket> silent = [.. Enumerable.Range(0, 40).Select(_ => run.Connect())];
        silent.ForEach(socket => socket.Send("GET /api/v1/document HTTP/1.1\r\nHost: 127.0"u8));
        List<Socket> readers = [.. Enumerable.Range(0, 10).Select(_ => run.Connect())];
        readers.ForEach(socket => socket.Send("GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8));

        using (HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/commands"))
        {
            request.Content = new ByteArrayContent(new byte[100_000_000]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.ExpectContinue = true;
            using HttpResponseMessage answer = run.Send(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }

        for (int times = 0; times < 1_000; times++)
        {
            Assert.Equal(HttpStatusCode.OK, run.StatusOf("/api/v1/status"));
        }

        run.Process.Signal(ThrongProcess.SIGTERM);
        Document document = run.Process.Finish();
        document.AddsUp();
        Assert.Equal("SIGTERM", document.Text("ended_by"));
        Assert.Equal(50, document.Number("connections.held"));
        silent.Concat(readers).ToList().ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Headers_that_come_a_byte_at_a_time_have_their_time_like_others()
    {
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "1h");
        using Socket slow = run.Connect();
        long begin = Stopwatch.GetTimestamp();
        string answer = "";
        foreach (char letter in "GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + new string('x', 1_000))
        {
            slow.Send([(byte)letter]);
            Assert.Equal(HttpStatusCode.OK, run.StatusOf("/healthz"));
            if (slow.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead))
            {
                answer = HttpRun.Receive(slow);
                break;
            }
        }

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 9, 60); // it has 10 s; the host may be busy
    }

    [Fact]
    public void The_client_that_is_one_too_many_is_told_so()
    {
        using HttpRun run = HttpRun.Start("hold", "5", "--for", "1h");
        List<Socket> clients = [.. Enumerable.Range(0, HttpPort.ClientsMax).Select(_ => run.Connect())];
        clients.ForEach(socket => socket.Send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8));
        clients.ForEach(socket => Assert.StartsWith("HTTP/1.1 200", HttpRun.Receive(socket), StringComparison.Ordinal));
        using (Socket last = run.Connect())
        {
            last.Send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8);
            Assert.StartsWith("HTTP/1.1 503", HttpRun.Receive(last), StringComparison.Ordinal);
        }

        clients.ForEach(socket => socket.Dispose());
        Eventually.Holds(() => run.StatusOf("/healthz") == HttpStatusCode.OK, run.Process.Story);
    }

    [Fact]
    public void Workers_hold_no_copy_of_its_sockets()
    {
        // More sockets than one table has: each worker has one of its own.
        using HttpRun run = HttpRun.Start(
            new Launch { Nofile = 400 }, "hold", "600", "--engine", "epoll", "-t", "4", "--for", "1h");
        Eventually.Holds(() => run.Status().GetProperty("open").GetInt64() == 600, run.Process.Story);
        using Socket client = run.Connect();
        client.Send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8);
        _ = HttpRun.Receive(client);
        string port = $":{new Uri(run.Url).Port:X4}";
        string[] sockets =
        [
            .. File.ReadLines($"/proc/{run.Process.Id}/net/tcp").Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(one => one[1].EndsWith(port, StringComparison.Ordinal) && one[9] != "0")
                .Select(one => $"socket:[{one[9]}]"),
        ];
        Assert.True(sockets.Length >= 2, "a listener and a client");
        Dictionary<string, bool> holders = Directory.GetDirectories($"/proc/{run.Process.Id}/task")
            .ToLookup(task => File.ReadAllText(task + "/comm").Split(' ')[0].TrimEnd(), task => Directory
                .GetFiles(task + "/fd").Any(fd => sockets.Contains(new FileInfo(fd).LinkTarget)))
            .ToDictionary(one => one.Key, one => one.Any(holds => holds));
        Assert.False(holders["worker"]);
        Assert.True(holders["throng"] || holders.Values.Any(holds => holds), "nobody holds them at all");
    }

    [Fact]
    public void What_is_missing_or_means_nothing_is_said_at_once()
    {
        using ThrongProcess far = ThrongProcess.Run(2, "hold", "5", "--http=0.0.0.0:0");
        Assert.Contains("--http-token-file", far.ErrorText, StringComparison.Ordinal);
        using ThrongProcess none = ThrongProcess.Run(2, "hold", "5", "--linger", "1s");
        Assert.Contains("has no effect without --http", none.ErrorText, StringComparison.Ordinal);
    }

    private static void AssertDescribed(JsonProperty operation, HttpResponseMessage answer)
    {
        string status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        Assert.True(
            operation.Value.GetProperty("responses").TryGetProperty(status, out JsonElement response),
            $"{operation.Name}: {status}");
        Assert.True(answer.IsSuccessStatusCode, status);
        Assert.Contains(
            answer.Content.Headers.ContentType!.MediaType!,
            response.GetProperty("content").EnumerateObject().Select(one => one.Name));
    }
}
