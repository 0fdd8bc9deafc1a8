using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Throng;

/// <summary>Between Kestrel and the rules: a request is read whole, asked about, and its answer written.</summary>
internal sealed class HttpApplication(RunApi api, HttpRights rights, StreamFeed feed)
    : IHttpApplication<IFeatureCollection>
{
    private const int LinesAtOnce = 64;

    /// <summary>How long a page is waited for that takes the last report when the run has ended.</summary>
    public static readonly TimeSpan PageMax = TimeSpan.FromSeconds(2);

    // So that a proxy on the way, and the reader, see that the connection lives.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static readonly (string Name, string Value)[] OnEvery =
    [
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ];

    private int _pages;

    /// <summary>Pages that are open, and have not yet taken what the run came to.</summary>
    public int Pages => Volatile.Read(ref _pages);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        CancellationToken aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        IHttpResponseBodyFeature body = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        bool isTooMany = context.Get<IConnectionItemsFeature>()?.Items.ContainsKey(HttpClients.IsTooMany) is true;
        HttpReply reply = isTooMany ? TooMany : await AnswerAsync(request, aborted);
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = reply.Status;
        foreach ((string name, string value) in OnEvery)
        {
            response.Headers[name] = value;
        }

        foreach (KeyValuePair<string, string> header in reply.Headers)
        {
            response.Headers[header.Key] = header.Value;
        }

        response.Headers.ContentType = reply.ContentType;
        if (!reply.ContentType.StartsWith("text/html", StringComparison.Ordinal))
        {
            response.Headers.ContentSecurityPolicy = "default-src 'none'";
        }

        if (reply.IsStream)
        {
            await body.StartAsync(aborted);
            await FollowAsync(request, body.Writer, aborted);
        }
        else
        {
            response.Headers.ContentLength = reply.Body.Length;
            await body.StartAsync(aborted);
            if (request.Method != "HEAD")
            {
                await body.Writer.WriteAsync(reply.Body, aborted);
            }
        }

        await body.CompleteAsync();
    }

    private static HttpReply TooMany => HttpReply.Problem(
        503, "no room", $"{HttpPort.ClientsMax} clients are connected already", "close one, or ask again later") with
    {
        Headers = [new("Connection", "close"), new("Retry-After", "5")],
    };

    private async Task<HttpReply> AnswerAsync(IHttpRequestFeature request, CancellationToken aborted)
    {
        string Header(string name) => request.Headers[name].ToString();
        HttpQuestion head = new(request.Method, request.Path, Header, default);
        if (rights.Refuse(head) is { } refusal)
        {
            return refusal; // before a byte of the body
        }

        try
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, aborted);
            HttpQuestion whole = head with { Body = body.ToArray() };

            // Its answer may wait for the workers.
            return await Task.Run(() => api.Answer(whole), aborted);
        }
        catch (BadHttpRequestException bad)
        {
            return HttpReply.Problem(
                bad.StatusCode, "not taken", "the body is too long, too slow or broken", "send at most 64 KiB at once");
        }
    }

    /// <summary>The number of the line after which a reader goes on: a browser that comes back says it in the header.
    /// </summary>
    private static long LastSeen(IHttpRequestFeature request, Dictionary<string, StringValues> query)
    {
        string said = request.Headers["Last-Event-ID"].ToString();
        string text = said.Length > 0 ? said : query.GetValueOrDefault("after").ToString();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? last : 0;
    }

    private async Task FollowAsync(IHttpRequestFeature request, PipeWriter writer, CancellationToken aborted)
    {
        Dictionary<string, StringValues> query = QueryHelpers.ParseQuery(request.QueryString);
        long after = LastSeen(request, query);
        if (!query.ContainsKey("page"))
        {
            await FollowAsync(after, writer, aborted);
            return;
        }

        Interlocked.Increment(ref _pages);
        try
        {
            await FollowAsync(after, writer, aborted);

            // The page has seen the verdict; it hangs up once it has taken the last report.
            await Task.Delay(PageMax, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Interlocked.Decrement(ref _pages);
        }
    }

    private async Task FollowAsync(long after, PipeWriter writer, CancellationToken aborted)
    {
        Encode(writer, "retry: 1000\n\n");
        await writer.FlushAsync(aborted);
        while (!aborted.IsCancellationRequested)
        {
            FeedLines lines = feed.After(after, LinesAtOnce, out Task? more);
            if (more is null)
            {
                return;
            }

            if (lines.Dropped > 0)
            {
                Encode(writer, $"event: dropped\ndata: {{\"lines\":{lines.Dropped}}}\n\n");
            }

            for (int at = 0; at < lines.Lines.Count; at++)
            {
                Encode(writer, $"id: {lines.First + at}\ndata: ");
                writer.Write(lines.Lines[at].AsSpan().TrimEnd((byte)'\n'));
                Encode(writer, "\n\n");
            }

            after = lines.First + lines.Lines.Count - 1;
            await writer.FlushAsync(aborted);
            if (lines.Lines.Count == 0 && await Task.WhenAny(more, Task.Delay(Silence, aborted)) != more)
            {
                Encode(writer, ": still here\n\n");
                await writer.FlushAsync(aborted);
            }
        }
    }

    private static void Encode(PipeWriter writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
