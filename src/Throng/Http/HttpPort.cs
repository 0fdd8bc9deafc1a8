using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// The address of --http: Kestrel alone, without the host, routing and pages around it. It opens its sockets once the
/// workers have started: what is open before has copies in their descriptor tables. That the address can be had at all
/// is tried before, so that a taken port is an error at once.
/// </summary>
public sealed class HttpPort : IDisposable
{
    /// <summary>Clients that are answered at once.</summary>
    public const int ClientsMax = 64;

    /// <summary>Clients beyond them who are told that there is no room; who comes on top is hung up on.</summary>
    public const int ToldMax = 16;

    /// <summary>Connections open at once, with those that are being hung up on.</summary>
    public const int RoomMax = ClientsMax + (2 * ToldMax);

    private const int BodyBytesMax = 64 * 1024;
    private const int HeaderBytesMax = 16 * 1024;
    private const int HeadersMax = 64;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastAnswers = TimeSpan.FromMilliseconds(500);

    private readonly IPEndPoint[] _addresses;
    private readonly Endpoint _endpoint;
    private readonly string _token;
    private readonly HttpTls? _tls;
    private KestrelServer? _server;
    private HttpApplication? _application;
    private RunApi? _api;

    private HttpPort(Endpoint endpoint, IPEndPoint[] addresses, string token, HttpTls? tls)
    {
        _endpoint = endpoint;
        _addresses = addresses;
        _token = token;
        _tls = tls;
    }

    public StreamFeed Feed { get; } = new();

    /// <summary>Tries the address that the options name; null where they name none. Nothing is open afterwards.
    /// </summary>
    /// <exception cref="SetupException">The address cannot be listened on, or the token or the certificate not be had.
    /// </exception>
    public static HttpPort? Try(Values values)
    {
        if (!HttpOptions.IsAsked(values))
        {
            return null;
        }

        Endpoint endpoint = values.Get(HttpOptions.Http);
        IPEndPoint[] addresses =
        [
            .. Resolution.Listeners([endpoint], []).Select(one => IPEndPoint.Parse(one.Address.ToString())).Distinct(),
        ];
        foreach (IPEndPoint address in addresses)
        {
            try
            {
                using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(address);
                probe.Listen();
            }
            catch (SocketException refused)
            {
                throw Refusal(address, Reason.Describe(refused));
            }
        }

        string token = HttpToken.Read(values.Get(HttpOptions.TokenFile), makes: true);
        return new HttpPort(
            endpoint, addresses, token, HttpOptions.IsEncrypted(values) ? HttpTls.Create(values, addresses) : null);
    }

    /// <summary>Begins to answer. Workers that have tables of their own have them by now.</summary>
    /// <param name="say">Takes the line that says where.</param>
    /// <exception cref="SetupException">The address has been taken meanwhile.</exception>
    public void Answer(LiveConsole console, Action wake, Action<string> say)
    {
        _api = new RunApi(console, Feed, wake);
        KestrelServerOptions options = new()
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,
        };
        options.Limits.MaxConcurrentConnections = ClientsMax + ToldMax;
        options.Limits.MaxRequestBodySize = BodyBytesMax;
        options.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        options.Limits.MaxRequestHeaderCount = HeadersMax;
        options.Limits.RequestHeadersTimeout = HeadersTimeout;
        options.Limits.KeepAliveTimeout = KeepAliveTimeout;
        HttpClients clients = new(ClientsMax);
        List<ListenOptions> listening = [];
        foreach (IPEndPoint address in _addresses)
        {
            options.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(clients.Count);
                if (_tls is not null)
                {
                    listen.Use(_tls.Encrypt);
                }

                listening.Add(listen);
            });
        }

        KestrelServer server = new(
            Options.Create(options),
            new HttpRoom(
                new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
                RoomMax),
            NullLoggerFactory.Instance);
        try
        {
            _application = new HttpApplication(_api, new HttpRights(_endpoint.Host, _token), Feed);
            server.StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            server.Dispose();
            throw Refusal(_addresses[0], failure.Message);
        }

        _server = server;
        foreach (ListenOptions listen in listening)
        {
            say(_tls is null ? $"watch at http://{listen.IPEndPoint}/"
                : $"watch at https://{listen.IPEndPoint}/, certificate {_tls.Fingerprint}");
        }
    }

    /// <summary>The run begins to end.</summary>
    public void Drain() => _api?.Drain();

    /// <summary>The run has ended, and this is what it came to.</summary>
    public void End(Measurement.RunDocument document) => _api?.End(document);

    /// <summary>Goes on to answer for a time, or until a signal comes or somebody has seen enough.</summary>
    public void Linger(long ns, Signals signals, Action<string> say)
    {
        if (ns == 0 || _api is null)
        {
            return;
        }

        int before = signals.Count;
        long untilNs = Clock.NowNs() + ns;
        say($"lingers for {Measurement.Units.Duration(ns)}; a signal ends it");
        while (signals.Count == before && !_api.IsDismissed && Clock.NowNs() < untilNs)
        {
            signals.Wait(TimeSpan.FromMilliseconds(
                Math.Clamp((untilNs - Clock.NowNs()) / Measurement.Ns.Millisecond, 1, 1_000)));
        }
    }

    /// <summary>Gives answers under way and pages that are open a moment, and hangs up.</summary>
    public void Dispose()
    {
        Feed.Finish();
        if (_server is null)
        {
            return;
        }

        SpinWait.SpinUntil(() => _application is null or { Pages: 0 }, HttpApplication.PageMax);
        KestrelServer server = _server;
        _server = null;
        using CancellationTokenSource patience = new(LastAnswers);
        try
        {
            server.StopAsync(patience.Token).Wait(4 * LastAnswers);
        }
        catch (AggregateException)
        {
            // Whoever did not read to the end is hung up on.
        }

        server.Dispose();
    }

    private static SetupException Refusal(IPEndPoint address, string why) => new(
        $"cannot answer HTTP at {address}: {why}", "choose another port, or --http=127.0.0.1:0 for a free one");
}
