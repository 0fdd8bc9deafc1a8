using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// A run with --http on a free port, and a client of it. Its sockets are made on the test's own thread, whose network
/// is the run's: what the thread pool connects has another.
/// </summary>
internal sealed class HttpRun : IDisposable
{
    private readonly ConcurrentQueue<Socket> _connected = [];

    private HttpRun(ThrongProcess process, string url)
    {
        Process = process;
        Url = url;
        Client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(
                new NetworkStream(_connected.TryDequeue(out Socket? socket) ? socket : Connect(), ownsSocket: true)),
        })
        {
            BaseAddress = new Uri(url), Timeout = Eventually.Patience,
        };
    }

    public ThrongProcess Process { get; }

    public string Url { get; }

    public HttpClient Client { get; }

    public static HttpRun Start(params string[] arguments) => Start(new Launch(), arguments);

    public static HttpRun Start(Launch launch, params string[] arguments)
    {
        bool isTold = arguments.Any(one => one.StartsWith("--http=", StringComparison.Ordinal));
        ThrongProcess process = ThrongProcess.Start(launch, isTold ? arguments : [.. arguments, "--http=127.0.0.1:0"]);
        const string Before = "watch at ";
        string line = "";
        Eventually.Holds(
            () => (line = process.Error.Lines().FirstOrDefault(
                one => one.Contains(Before, StringComparison.Ordinal)) ?? "").Length > 0,
            process.Story);
        int port = new Uri(line[(line.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..]).Port;
        return new HttpRun(process, $"http://127.0.0.1:{port}");
    }

    public static JsonElement Json(HttpResponseMessage answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer.Content.ReadAsStream());
        return document.RootElement.Clone();
    }

    /// <summary>Data of the next event, and its number; empty at the end of the stream.</summary>
    public static string NextEvent(StreamReader events, out long id)
    {
        id = 0;
        string data = "";
        while (events.ReadLine() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else if (line.Length == 0 && data.Length > 0)
            {
                return data;
            }
        }

        return "";
    }

    public static string Receive(Socket socket)
    {
        byte[] buffer = new byte[4096];
        socket.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
        return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
    }

    public Socket Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, new Uri(Url).Port);
        return socket;
    }

    public HttpResponseMessage Send(string method, string path, string body = "")
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return Send(request);
    }

    public HttpResponseMessage Send(HttpRequestMessage request)
    {
        if (_connected.IsEmpty)
        {
            _connected.Enqueue(Connect());
        }

        return Client.Send(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public HttpStatusCode StatusOf(string path)
    {
        using HttpResponseMessage answer = Send("GET", path);
        answer.Content.ReadAsStream().CopyTo(Stream.Null);
        return answer.StatusCode;
    }

    public JsonElement Get(string path)
    {
        using HttpResponseMessage answer = Send("GET", path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Json(answer);
    }

    public JsonElement Status() => Get("/api/v1/status");

    /// <summary>The stream of events after a number.</summary>
    public StreamReader Events(long after)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/stream");
        request.Headers.Add("Last-Event-ID", $"{after}");
        return new StreamReader(Send(request).Content.ReadAsStream());
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
    }
}
