using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>
/// One backend with its slab and pool, used as a loop would use it, and everything it told. Checks with each
/// completion that its handle is live and that nothing follows a Closed.
/// </summary>
internal sealed partial class Side : IProduce, IDisposable
{
    private readonly Dictionary<Handle, Story> _stories = [];
    private readonly int _wakeFd = Descriptors.OpenEvent();

    /// <summary>Number of buffers that the backend keeps for receiving into, whatever goes on.</summary>
    private readonly int _buffersAtRest;
    private readonly PacketCable? _cable;
    private int _listeners;

    public Side(
        string engine, SimulatedNetwork? network, int connections, int clientSlots, int buffers, int bufferBytes)
    {
        Slab = new Slab(connections);
        Pool = new BufferPool(buffers, bufferBytes);
        Backend = BackendUnderTest.Make(engine, Slab, Pool, _wakeFd, clientSlots, network);
        _buffersAtRest = Pool.Rented;
    }

    /// <summary>A client of packets of its own.</summary>
    public Side(PacketCable cable, int connections, int buffers)
    {
        Slab = new Slab(connections);
        Pool = new BufferPool(buffers);
        Backend = cable.MakeBackend(Slab, Pool);
        _cable = cable;
    }

    /// <summary>Address that is listened on unless another is named.</summary>
    public SockAddr Home { get; init; } = SockAddr.FromIPv4(0x7F00_0001, 0);

    public Slab Slab { get; }
    public BufferPool Pool { get; }
    public IBackend Backend { get; }

    /// <summary>Buffers that connections have; those that rings keep to receive into are not counted.</summary>
    public int BuffersInFlight => Pool.Rented - Math.Max(Pool.SetAside, _buffersAtRest);

    /// <summary>Receive mode that a connection is put into as soon as it is open.</summary>
    public ReceiveMode FirstMode { get; set; } = ReceiveMode.Stream;

    /// <summary>Sends everything back, without a copy.</summary>
    public bool Echoes { get; set; }

    /// <summary>Ends a connection with the first bytes that come on it.</summary>
    public bool ClosesOnReceived { get; set; }

    public List<Handle> Accepted { get; } = [];
    public List<int> AcceptFailures { get; } = [];
    public int ProduceCalls { get; private set; }

    public Story this[Handle connection] => _stories[connection];

    public SockAddr Listen(SockAddr? at = null, int backlog = 128, bool sharesPort = false, bool isPaced = false)
    {
        SockAddr address = at ?? Home;
        int result = TryListen(address, backlog, sharesPort, out SockAddr bound, isPaced);
        Assert.Equal(0, result);
        return bound;
    }

    public int TryListen(SockAddr at, int backlog, bool sharesPort, out SockAddr bound, bool isPaced = false)
    {
        ListenSpec spec = new(at, backlog, sharesPort, DualStack: false, IsPaced: isPaced);
        int result = Backend.Listen(spec, _listeners, out bound);
        _listeners += result == 0 ? 1 : 0;
        return result;
    }

    public Handle Open(SockAddr remote, SockAddr local = default, SourceBinding binding = default)
    {
        Assert.True(Slab.TryAllocate(Role.Client, Phase.Connecting, out Handle connection));
        _stories.Add(connection, new Story());
        local = _cable?.Assign(ref Slab[connection], remote, local.Port) ?? local;
        Backend.Open(connection, new OpenSpec(local, remote, default, binding));
        return connection;
    }

    /// <summary>Announces the next so many bytes of the pattern.</summary>
    public void Send(Handle connection, int bytes, SendMode mode = SendMode.Normal)
    {
        Story story = _stories[connection];
        Backend.Send(connection, bytes, story.AnnouncedBytes, mode);
        story.AnnouncedBytes += bytes;
    }

    public void Close(Handle connection, CloseKind kind = CloseKind.Fin)
    {
        if (_stories.TryGetValue(connection, out Story? story))
        {
            story.CloseIsAsked = true;
        }

        Backend.Close(connection, kind);
    }

    /// <summary>One poll; true when something happened.</summary>
    public bool Poll(long untilNs)
    {
        ReadOnlySpan<Completion> completions = Backend.Poll(untilNs, this);
        foreach (ref readonly Completion completion in completions)
        {
            Take(completion);
        }

        return completions.Length > 0;
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        Story story = _stories[connection];
        Assert.True(story.IsOpen && !story.Closed.HasValue, "bytes are asked for while a connection is open");
        Assert.InRange(streamOffset, 0, story.AnnouncedBytes);
        Assert.InRange(streamOffset + destination.Length, 1, story.AnnouncedBytes);
        ProduceCalls++;
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Story.PatternAt(streamOffset + i);
        }
    }

    public void Dispose()
    {
        Backend.Dispose();
        Pool.Dispose();
        Slab.Dispose();
        _ = Descriptors.Close(_wakeFd);
    }

    private void Take(in Completion completion)
    {
        if (completion.Kind >= Operation.AcceptFailed)
        {
            TakeOfListener(completion);
            return;
        }

        Handle connection = completion.Connection;
        Assert.True(Slab.IsLive(connection), $"{completion.Kind} of {connection} comes while it is live");
        if (completion.Kind == Operation.Accepted)
        {
            Assert.True(_stories.TryAdd(connection, new Story { Listener = completion.Result }));
            Accepted.Add(connection);
        }

        if (completion.Kind == Operation.Closed && !_stories.ContainsKey(connection))
        {
            // Its TCP connection was accepted and its TLS handshake did not come to an end.
            Assert.True(Backend is TlsBackend && Slab[connection].Role == Role.Server);
            Slab.Free(connection);
            return;
        }

        Story story = _stories[connection];
        Assert.Null(story.Closed);
        if (completion.Kind == Operation.Closed)
        {
            story.Closed = completion.Result;
            Assert.InRange(completion.Result, -4095, 0);
            Slab.Free(connection);
        }
        else if (story.CloseIsAsked && completion.Kind != Operation.Facts)
        {
            if (!completion.Bytes.IsNone)
            {
                Backend.Release(completion.Bytes);
            }
        }
        else
        {
            TakeLive(completion, story);
        }
    }

    private void TakeLive(in Completion completion, Story story)
    {
        Handle connection = completion.Connection;
        switch (completion.Kind)
        {
            case Operation.Accepted or Operation.Opened:
                Assert.False(story.IsOpen, "a connection opens once");
                story.IsOpen = true;
                Slab[connection].Phase = Phase.Open;
                Backend.Receive(connection, FirstMode);
                break;

            case Operation.Received:
                Assert.True(story.IsOpen && !story.PeerHasFinished, "bytes come between the opening and the FIN");
                Assert.True(completion.Bytes.Length > 0 || story.IsDatagram);
                story.Received.Write(Backend.BytesOf(completion.Bytes));
                story.PieceBytes.Add(completion.Bytes.Length);
                if (completion.Bytes.IsNone)
                {
                    break;
                }

                if (Echoes && Slab[connection].Phase == Phase.Open)
                {
                    Backend.Forward(connection, completion.Bytes);
                }
                else
                {
                    Backend.Release(completion.Bytes);
                }

                if (ClosesOnReceived)
                {
                    Close(connection);
                }

                break;

            case Operation.Sent:
                Assert.True(completion.Result > 0);
                story.SentBytes += completion.Result;
                story.LastSentNs = completion.AtNs;
                break;

            case Operation.Refused:
                Assert.True(story.IsDatagram);
                story.Refusals.Add(completion.Result);
                break;

            case Operation.PeerFinished:
                Assert.False(story.PeerHasFinished, "a peer finishes once");
                story.PeerHasFinished = true;
                break;

            case Operation.Facts:
                story.FactsResult = completion.Result;
                story.Facts = Backend.FactsOf(completion);
                break;
        }
    }
}
