using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Metrics that a run pushes, as a collector receives them.</summary>
public sealed class OtlpTests
{
    [Fact]
    public void The_last_push_has_the_counts_of_the_document()
    {
        using Collector collector = new("200 OK");
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "20", "--ping", "--ping-interval", "100ms", "--for", "11s", "--json", "-q", "--label", "site=a",
            "--otlp", collector.Url);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        Assert.Equal("", run.ErrorText);
        Assert.Equal(2, collector.Bodies.Count);
        Assert.All(collector.Heads, head =>
        {
            Assert.StartsWith("POST /v1/metrics HTTP/1.1\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nContent-Type: application/json\r\n", head, StringComparison.Ordinal);
        });
        Dictionary<string, JsonElement> first = MetricsOf(collector.Bodies[0], document);
        Dictionary<string, JsonElement> last = MetricsOf(collector.Bodies[1], document);
        string[] counted = ["connections.opened", "messages.sent", "messages.answered", "connect.attempts"];
        Assert.All(counted, name => Assert.Equal(document.Number(name), SumOf(last, "throng." + name)));
        Assert.All(counted, name => Assert.InRange(SumOf(first, "throng." + name), 20, document.Number(name)));
        foreach (KeyValuePair<string, JsonElement> one in document.Entries("connections.closed").ToDictionary(
            entry => entry.Name, entry => entry.Value))
        {
            JsonElement point = last["throng.connections.closed"].GetProperty("sum").GetProperty("dataPoints")
                .EnumerateArray().Single(part => Attribute(part, "reason") == one.Key);
            Assert.Equal(one.Value.GetInt64(), Whole(point, "asInt"));
        }

        JsonElement response = Point(last["throng.response"], "histogram");
        Assert.Equal(document.Number("response_ns.count"), Whole(response, "count"));
        long[] buckets =
            [.. response.GetProperty("bucketCounts").EnumerateArray().Select(count => long.Parse(count.GetString()!))];
        Assert.Equal(document.Number("response_ns.count"), buckets.Sum());
        Assert.Equal(buckets.Length - 1, response.GetProperty("explicitBounds").GetArrayLength());
        Assert.Equal(
            document.Number("response_ns.max") / 1e9, response.GetProperty("max").GetDouble(), precision: 9);
        Assert.Equal("a", Attribute(response, "site"));
        JsonElement histogram = last["throng.response"].GetProperty("histogram");
        Assert.Equal(2, histogram.GetProperty("aggregationTemporality").GetInt32());
    }

    [Theory]
    [InlineData("503 Service Unavailable", "HTTP 503")]
    [InlineData("", "no HTTP")]
    public void A_collector_that_refuses_is_said_and_changes_nothing(string answer, string said)
    {
        using Collector collector = new(answer);
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--for", "1s", "--json", "-q", "--otlp", collector.Url);
        run.Ends(0);
        _ = run.Document().AddsUp();
        Assert.Contains($"does not take the metrics: {said}", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("1 of 1 push to --otlp", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_collector_that_never_ends_is_given_up()
    {
        using Collector collector = new(Collector.Endless);
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--for", "1s", "--json", "-q", "--otlp", collector.Url);
        run.Ends(0);
        _ = run.Document().AddsUp();
        Assert.Contains("does not take the metrics: connection timed out", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_there_is_said_and_a_word_that_is_no_URL_is_refused()
    {
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "5", "--for", "1s", "--json", "-q", "--otlp", $"http://127.0.0.1:{FreePort.One()}");
        run.Ends(0);
        Assert.Contains("does not take the metrics: nobody listens there", run.ErrorText, StringComparison.Ordinal);
        foreach (string wrong in (string[])["collector:4317", "http://u:p@h:4318", "ftp://h"])
        {
            using ThrongProcess refused = ThrongProcess.Run(2, "hold", "5", "--for", "1s", "--otlp", wrong);
            Assert.Contains("write a URL such as", refused.ErrorText, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, JsonElement> MetricsOf(string body, Document document)
    {
        JsonElement resource = JsonDocument.Parse(body).RootElement.GetProperty("resourceMetrics")[0];
        Assert.Equal("throng", Attribute(resource.GetProperty("resource"), "service.name"));
        Assert.Equal(document.Text("run_id"), Attribute(resource.GetProperty("resource"), "service.instance.id"));
        JsonElement[] metrics =
            [.. resource.GetProperty("scopeMetrics")[0].GetProperty("metrics").EnumerateArray()];
        HashSet<string> known = [.. Metrics.All.Select(MetricsOtlp.NameOf)];
        Assert.All(metrics, one => Assert.Contains(one.GetProperty("name").GetString()!, known));
        return metrics.ToDictionary(one => one.GetProperty("name").GetString()!);
    }

    private static JsonElement Point(JsonElement metric, string kind) =>
        metric.GetProperty(kind).GetProperty("dataPoints").EnumerateArray().Single();

    private static long SumOf(Dictionary<string, JsonElement> metrics, string name)
    {
        Assert.True(metrics[name].GetProperty("sum").GetProperty("isMonotonic").GetBoolean());
        JsonElement point = Point(metrics[name], "sum");
        Assert.Equal("hold", Attribute(point, "command"));
        Assert.InRange(Whole(point, "timeUnixNano"), Whole(point, "startTimeUnixNano"), long.MaxValue);
        return Whole(point, "asInt");
    }

    private static long Whole(JsonElement of, string key) =>
        long.Parse(of.GetProperty(key).GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private static string? Attribute(JsonElement of, string key) => of.GetProperty("attributes").EnumerateArray()
        .Where(one => one.GetProperty("key").GetString() == key)
        .Select(one => one.GetProperty("value").GetProperty("stringValue").GetString()).SingleOrDefault();

    /// <summary>A listener that takes one request on each connection, and answers all of them alike.</summary>
    private sealed class Collector : IDisposable
    {
        public const string Endless = "200 OK, and a byte now and then";

        private readonly Socket _listener = Peer.Listen();
        private readonly string _answer;

        public Collector(string answer)
        {
            _answer = answer;
            _ = OwnNetworkAttribute.Start(TakeAll);
        }

        public string Url => $"http://127.0.0.1:{Peer.PortOf(_listener)}";

        public List<string> Heads { get; } = [];

        public List<string> Bodies { get; } = [];

        public void Dispose() => _listener.Dispose();

        private void TakeAll()
        {
            try
            {
                while (true)
                {
                    using Socket client = _listener.Accept();
                    Take(client);
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
            catch (ObjectDisposedException)
            {
                // The same.
            }
        }

        private void Take(Socket client)
        {
            using NetworkStream stream = new(client);
            StringBuilder head = new();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                head.Append((char)stream.ReadByte());
            }

            const string Length = "Content-Length: ";
            string text = head.ToString();
            int at = text.IndexOf(Length, StringComparison.Ordinal) + Length.Length;
            byte[] body = new byte[int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at))];
            stream.ReadExactly(body);
            Heads.Add(text);
            Bodies.Add(Encoding.UTF8.GetString(body));
            if (_answer == Endless)
            {
                Drip(stream);
                return;
            }

            string answer = _answer.Length == 0 ? "nothing\r\n\r\n"
                : $"HTTP/1.1 {_answer}\r\nContent-Length: 0\r\n\r\n";
            stream.Write(Encoding.ASCII.GetBytes(answer));
        }

        private static void Drip(NetworkStream stream)
        {
            try
            {
                for (stream.Write("HTTP/1.1 200 OK\r\n\r\n"u8); ; Thread.Sleep(100))
                {
                    stream.WriteByte((byte)'.');
                }
            }
            catch (IOException)
            {
                // It was hung up on.
            }
        }
    }
}
