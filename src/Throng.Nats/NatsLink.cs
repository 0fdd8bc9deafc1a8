using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// One connection to the message system with what it listens at. The library connects again by itself, but gives up for
/// good in some cases; then the connection is made anew, with its subscriptions.
/// </summary>
internal sealed class NatsLink : IAsyncDisposable
{
    /// <summary>Time in which a connection is made or given up.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BusSpec _spec;
    private readonly IReadOnlyList<string> _subjects;
    private readonly EventQueue _events;
    private readonly CancellationToken _ending;
    private readonly ConnectTrouble _trouble;
    private readonly Lock _gate = new();
    private CancellationTokenSource _open = new();
    private CancellationTokenSource? _reading;
    private NatsConnection? _now;
    private string _lastRefusal = "";
    private long _lastRefusalMs;
    private int _tending;
    private bool _isLost;

    public NatsLink(BusSpec spec, IReadOnlyList<string> subjects, EventQueue events, CancellationToken ending)
    {
        _spec = spec;
        _subjects = subjects;
        _events = events;
        _ending = ending;
        _trouble = new ConnectTrouble(spec);
    }

    /// <summary>Called with an open connection after it was gone.</summary>
    public Action<NatsConnection>? CameBack { get; set; }

    /// <summary>Called with a reason when the connection is gone.</summary>
    public Action<string>? Lost { get; set; }

    public NatsConnection Now => _now ?? throw new NatsException("not connected");

    public bool IsOpen => _now?.ConnectionState == NatsConnectionState.Open;

    /// <summary>Cancelled when the connection that is open now is gone.</summary>
    public CancellationToken WhileOpen
    {
        get
        {
            lock (_gate)
            {
                return _open.Token;
            }
        }
    }

    /// <summary>Connects, checks the server, and listens.</summary>
    /// <exception cref="BusException">It cannot be done, and why.</exception>
    public async Task StartAsync()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_ending);
        limit.CancelAfter(Patience);
        for (int left = _spec.Servers.Count; ; left--)
        {
            NatsConnection? made = null;
            try
            {
                made = Make();
                await made.ConnectAsync().AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
                CheckServer(made.ServerInfo);
                CancellationTokenSource reading = CancellationTokenSource.CreateLinkedTokenSource(_ending);
                foreach (string subject in _subjects)
                {
                    await ListenAsync(made, subject, reading.Token).AsTask().WaitAsync(limit.Token)
                        .ConfigureAwait(false);
                }

                _ = await made.PingAsync(limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
                Adopt(made, reading);
                return;
            }
            catch (Exception failure)
            {
                if (made is not null)
                {
                    Dispose(made);
                }

                // Of several nodes the library may have met one that accepts and says nothing.
                if (left <= 1 || limit.IsCancellationRequested || failure is BusException)
                {
                    throw _trouble.Explain(failure);
                }
            }
        }
    }

    /// <summary>Makes the connection anew where the library has given it up. Called about once a second.</summary>
    public async Task TendAsync()
    {
        if (_now?.ConnectionState != NatsConnectionState.Failed || Interlocked.Exchange(ref _tending, 1) == 1)
        {
            return;
        }

        try
        {
            NatsConnection failed = Now;
            OnLost(failed, "given up by the library");
            await StartAsync().ConfigureAwait(false);
            Dispose(failed);
            CameBack?.Invoke(Now);
        }
        catch (BusException still)
        {
            Refuse(still.Message);
        }
        finally
        {
            Volatile.Write(ref _tending, 0);
        }
    }

    /// <summary>Tells of a refusal; the same one not again within 5 s.</summary>
    public void Refuse(string reason)
    {
        lock (_gate)
        {
            long now = Environment.TickCount64;
            if (reason == _lastRefusal && now - _lastRefusalMs < 5_000)
            {
                return;
            }

            (_lastRefusal, _lastRefusalMs) = (reason, now);
        }

        _events.Post(new BusRefused(reason));
    }

    public async ValueTask DisposeAsync()
    {
        if (_now is { } now)
        {
            await now.DisposeAsync().ConfigureAwait(false);
        }

        _reading?.Dispose();
    }

    private NatsOpts Options() => new()
    {
        Url = string.Join(',', _spec.Servers),
        Name = _spec.Name,
        AuthOpts = Login(),
        TlsOpts = new NatsTlsOpts
        {
            CaFile = _spec.CaPath, CertFile = _spec.CertificatePath, KeyFile = _spec.KeyPath,
        },
        LoggerFactory = _trouble,
        InboxPrefix = $"_INBOX_{_spec.Name}",
        SocketConnectionFactory = _spec.Sockets,
        ConnectTimeout = TimeSpan.FromSeconds(4),
        RequestTimeout = TimeSpan.FromSeconds(3),
        MaxReconnectRetry = -1,
        IgnoreAuthErrorAbort = true,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
        ReconnectWaitMax = TimeSpan.FromSeconds(2),
        SuppressSlowConsumerWarnings = true,

        // A network that swallows everything shows within 9 s.
        PingInterval = TimeSpan.FromSeconds(3),
        MaxPingOut = 2,
    };

    private NatsAuthOpts Login()
    {
        NatsAuthOpts login = new() { CredsFile = _spec.CredentialsPath };
        if (_spec.NkeyPath is null)
        {
            return login;
        }

        (string seed, string publicKey) = NatsUser.ReadKey(_spec.NkeyPath);
        return login with { NKey = publicKey, Seed = seed };
    }

    private void CheckServer(INatsServerInfo? server)
    {
        if (server is { AuthRequired: false, TlsVerify: false } && !_spec.Insecure)
        {
            throw _trouble.LetsAnybodyIn();
        }

        if (server is { JetStreamAvailable: false })
        {
            throw new BusException(
                $"{string.Join(", ", _spec.Servers.Select(BusSpec.WithoutSecrets))} stores nothing",
                "start it with JetStream: nats-server --jetstream");
        }
    }

    private NatsConnection Make()
    {
        NatsConnection made = new(Options());
        made.ConnectionOpened += (_, _) => Told(() => OnBack(made));
        made.ConnectionDisconnected += (_, from) => Told(() =>
            OnLost(made, $"lost the connection to {BusSpec.WithoutSecrets(from.Message)}"));
        made.MessageDropped += (_, _) => Told(() => _events.CountDropped(1));
        made.ServerError += (_, error) => Told(() =>
        {
            if (error.Kind is not (NatsServerErrorKind.AuthorizationViolation or NatsServerErrorKind.StaleConnection))
            {
                Refuse(error.Error);
            }
        });
        return made;
    }

    /// <summary>Takes a connection into use: that it is lost or comes back is told from now on.</summary>
    private void Adopt(NatsConnection made, CancellationTokenSource reading)
    {
        CancellationTokenSource? before = _reading;
        lock (_gate)
        {
            _reading = reading;
            _open = new CancellationTokenSource();
            _now = made;
            _isLost = false;
        }

        _trouble.Refused = Refuse;
        before?.Cancel();
    }

    private void OnBack(NatsConnection connection)
    {
        lock (_gate)
        {
            if (connection != _now || !_isLost)
            {
                return; // opened for the first time
            }

            _isLost = false;
            _open = new CancellationTokenSource();
        }

        try
        {
            CheckServer(connection.ServerInfo);
        }
        catch (BusException other)
        {
            Refuse($"{other.Message}: {other.Remedy}");
        }

        CameBack?.Invoke(connection);
    }

    private void OnLost(NatsConnection connection, string reason)
    {
        CancellationTokenSource before;
        lock (_gate)
        {
            if (connection != _now || _isLost)
            {
                return;
            }

            _isLost = true;
            before = _open;
        }

        before.Cancel();
        Lost?.Invoke(reason);
    }

    private async ValueTask ListenAsync(NatsConnection connection, string subject, CancellationToken ending)
    {
        INatsSub<NatsMemoryOwner<byte>> listening = await connection
            .SubscribeCoreAsync<NatsMemoryOwner<byte>>(subject, cancellationToken: ending).ConfigureAwait(false);
        _ = Task.Run(() => ReadAsync(listening, ending), CancellationToken.None);
    }

    private async Task ReadAsync(INatsSub<NatsMemoryOwner<byte>> listening, CancellationToken ending)
    {
        try
        {
            await foreach (NatsMsg<NatsMemoryOwner<byte>> message in
                listening.Msgs.ReadAllAsync(ending).ConfigureAwait(false))
            {
                using NatsMemoryOwner<byte> data = message.Data;
                if (_events.HasRoom())
                {
                    _events.PostMessage(new Received(message.Subject, data.Memory.ToArray(), message.ReplyTo));
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or NatsException)
        {
            // The connection is no longer in use.
        }
    }

    /// <summary>Runs what an event of the library asks for; an exception would end its telling.</summary>
    private static ValueTask Told(Action act)
    {
        try
        {
            act();
        }
        catch (ObjectDisposedException)
        {
            // It ends just now.
        }

        return default;
    }

    private static void Dispose(NatsConnection connection) => _ = Task.Run(async () =>
    {
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // It was not whole.
        }
    });
}
