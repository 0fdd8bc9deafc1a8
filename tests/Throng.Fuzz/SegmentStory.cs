using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;

namespace Throng.Fuzz;

/// <summary>
/// One connection of the engine *packet* to a peer that an input plays: segments with any flags and numbers near those
/// that fit, between sends, pauses, a close and time.
/// </summary>
internal sealed class SegmentStory : IProduce, IDisposable
{
    private const int TurnsMax = 20_000;
    private const long TickNs = Ns.Millisecond;

    private readonly SimulatedWire _wire = new(1, WireFaults.None);
    private readonly Slab _slab = new(4);
    private readonly BufferPool _pool = new(8);
    private readonly ScriptedPeer _peer;
    private readonly SimulatedPort _port;
    private readonly PacketBackend _backend;
    private readonly Handle _connection;
    private long _announcedBytes;
    private long _sentBytes;
    private bool _isOpen;
    private bool _isClosed;
    private bool _closeIsAsked;
    private bool _hasFinished;
    private bool _peerHasFinished;

    public SegmentStory(uint firstSequence)
    {
        _peer = new ScriptedPeer(_wire);
        _wire.Peer = _peer;
        _port = new SimulatedPort(_wire, frames: 16);
        _backend = new PacketBackend(_slab, _pool, _port, new SimulatedLink(_wire), new PacketOptions
        {
            Secret = 7, Blocks = 8, Chunks = 32, TimeWaits = 4, FirstSequence = firstSequence,
        });
        Property.Holds(_slab.TryAllocate(Role.Client, Phase.Connecting, out _connection), "there is no slot");
        SockAddr local = SockAddr.FromIPv4(0x0A09_0001, 10_000);
        ref Connection record = ref _slab[_connection];
        record.Path = 0;
        record.LocalPort = local.Port;
        _backend.Open(_connection, new OpenSpec(local, SockAddr.FromIPv4(0x0A09_FF01, 7000), default));
        Pass(TickNs);
    }

    public void Play(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            int step = Next(ref input);
            bool isOther = (step & 8) != 0;
            switch (step & 7)
            {
                case < 4:
                    SendSegment(ref input, step >> 4);
                    Pass(TickNs);
                    break;
                case 4 when CanSend:
                    int bytes = 1 + (Next(ref input) * 8);
                    _hasFinished = isOther;
                    _backend.Send(_connection, bytes, _announcedBytes, isOther ? SendMode.Last : SendMode.Normal);
                    _announcedBytes += bytes;
                    break;
                case 6 when _isOpen && !_closeIsAsked && !_isClosed:
                    _backend.Receive(_connection, isOther ? ReceiveMode.Paused : ReceiveMode.Stream);
                    break;
                case 7 when isOther:
                    Close(CloseKind.Fin);
                    break;
                default:
                    Pass(1L << (Next(ref input) % 36));
                    break;
            }
        }
    }

    /// <summary>Ends the connection where the input did not, and all that is left of it.</summary>
    public void Finish()
    {
        Close(CloseKind.Rst);
        Pass(1500 * Ns.Second);
        Property.Holds(_isClosed, "the end of a connection was not told");
        Property.Holds(_backend.InUse == (0, 0), "something is left of a connection");
        Property.Holds(_pool.Rented == 0, "a buffer is left of a connection");
        Property.Holds(_backend.RequestsWaiting == 0, "a request waits for ever");
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        Property.Holds(_isOpen && !_closeIsAsked && !_isClosed, "bytes are asked for of a connection that is not open");
        Property.Holds(
            streamOffset >= 0 && streamOffset + destination.Length <= _announcedBytes, "bytes were never announced");
        destination.Fill((byte)streamOffset);
    }

    public void Dispose()
    {
        _backend.Dispose();
        _pool.Dispose();
        _slab.Dispose();
    }

    private bool CanSend => _isOpen && !_closeIsAsked && !_isClosed && !_hasFinished && _announcedBytes < 1 << 16;

    private static int Next(ref ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return 0;
        }

        int next = input[0];
        input = input[1..];
        return next;
    }

    private void Close(CloseKind kind)
    {
        if (!_closeIsAsked && !_isClosed)
        {
            _closeIsAsked = true;
            _backend.Close(_connection, kind);
        }
    }

    /// <summary>A segment: flags, how far its numbers lie beside those that fit, window, length, options of a SYN.
    /// </summary>
    private void SendSegment(ref ReadOnlySpan<byte> input, int scale)
    {
        int flags = Next(ref input) & 0x1F;
        long seqBeside = (long)(sbyte)Next(ref input) << (2 * (scale & 3));
        long ackBeside = (long)(sbyte)Next(ref input) << scale;
        _peer.Window = Next(ref input) * 257;
        int bytes = Next(ref input) * 5;
        byte[] options = new byte[(flags & PeerSegment.Syn) != 0 ? 8 : 0];
        for (int i = 0; i < options.Length; i++)
        {
            options[i] = (byte)Next(ref input);
        }

        _peer.Send(
            flags, bytes, seqBeside == 0 ? null : unchecked((uint)(_peer.Next + seqBeside)),
            unchecked((uint)(_peer.Expected + ackBeside)), options);
    }

    /// <summary>Lets virtual time pass, in which all that is under way arrives.</summary>
    private void Pass(long forNs)
    {
        long endNs = _wire.NowNs + forNs;
        for (int turns = 0; _wire.NowNs < endNs; turns++)
        {
            Property.Holds(turns < TurnsMax, "the backend does not come to rest");
            if (!Poll(endNs) && _port.WakesAtNs > _wire.NowNs)
            {
                _wire.RunUntil(Math.Min(Math.Min(_port.WakesAtNs, _wire.NextEventNs), endNs));
            }

            while (_peer.Waiting > 0)
            {
                PeerSegment came = _peer.Dequeue();
                bool takesOne = came.Has(PeerSegment.Syn) || came.Has(PeerSegment.Fin);
                _peer.Expected = unchecked(came.Seq + (uint)came.Payload.Length + (takesOne ? 1u : 0u));
            }
        }
    }

    private bool Poll(long untilNs)
    {
        ReadOnlySpan<Completion> completions = _backend.Poll(untilNs, this);
        foreach (ref readonly Completion completion in completions)
        {
            Take(completion);
        }

        Property.Holds(_port.Taken == 0, "a frame is kept between two turns");
        return completions.Length > 0;
    }

    private void Take(in Completion completion)
    {
        Property.Holds(!_isClosed, "something is told of a connection after its end");
        switch (completion.Kind)
        {
            case Operation.Closed:
                _isClosed = true;
                _slab.Free(_connection);
                break;
            case Operation.Opened:
                Property.Holds(!_isOpen, "a connection opens twice");
                _isOpen = true;
                if (!_closeIsAsked)
                {
                    _slab[_connection].Phase = Phase.Open;
                    _backend.Receive(_connection, ReceiveMode.Stream);
                }

                break;
            case Operation.Received:
                Property.Holds(_isOpen && !_peerHasFinished, "bytes come before the opening or behind the FIN");
                _backend.Release(completion.Bytes);
                break;
            case Operation.Sent:
                _sentBytes += completion.Result;
                Property.Holds(_sentBytes <= _announcedBytes, "more was sent than was announced");
                break;
            case Operation.PeerFinished:
                Property.Holds(!_peerHasFinished, "a peer finishes twice");
                _peerHasFinished = true;
                break;
        }
    }
}
