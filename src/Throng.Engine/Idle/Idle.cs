using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Lanes side by side: each connects, exchanges one message, is silent for a time of its own, and sends one more. A
/// round is ordered (<see cref="WorkerMessageKind.Assemble"/>) with the lanes that stand in the tally by then; what is
/// still silent once the round is decided is closed (<see cref="WorkerMessageKind.Dismiss"/>). <c>Idle.Lanes.cs</c> is
/// what happens on a connection. Nothing is sent on a silent lane: no ping, and no keepalive unless that is what is
/// tried. Invariants: each lane of a round has one outcome; sent = answered + timed out + invalid + lost + under way.
/// </summary>
internal partial struct Idle<TProtocol>(IdleSpec spec, TProtocol protocol, IdleTally tally, int targets) : IWorkload
    where TProtocol : struct, IQueryProtocol
{
    private const byte ReplyTimer = 1;
    private const byte SilenceTimer = 2;

    /// <summary>Handshakes under way at once, of all workers: an accept queue of 128 does not overflow.</summary>
    private const int ConnectingMax = 64;

    /// <summary>From here on a stream's offset says which lane's request it is: a half-closed lane sends nothing else.
    /// </summary>
    private const long RequestsFrom = 1L << 40;

    private readonly IdleSpec _spec = spec;
    private readonly IdleTally _tally = tally;
    private readonly ClientConnections _connections = new(Role.Client, targets);
    private readonly int _targets = targets;
    private readonly int _messageBytes = protocol.BytesOf(protocol.QuestionOf(0));
    private readonly int _question = protocol.QuestionOf(0);
    private TProtocol _protocol = protocol;
    private IdleSeat[] _seats = [];
    private int _round;
    private int _begun;
    private int _connecting;
    private int _connectingMax;
    private int _open;
    private bool _isOver;
    private Sweep _sweep;
    private CloseKind _closeKind = spec.Close;

    public readonly long NextArrivalNs =>
        _sweep.IsRunning || (_begun < _seats.Length && _connecting < _connectingMax) ? 0 : long.MaxValue;

    public readonly bool IsFinished => _isOver && !_sweep.IsRunning;

    public void OnStart(ref Act act)
    {
        Check.That(_messageBytes > 0, "a message has at least one byte");
        _connectingMax = Math.Max(1, ConnectingMax / act.Workers);
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CloseNext(ref act);
        }
        else
        {
            BeginNext(ref act);
        }
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Assemble:
                _round = (int)command.Value;
                _seats = _tally.Seats;
                _begun = 0;
                NoteClosed();
                break;

            case WorkerMessageKind.Dismiss:
                LeaveOut();
                _sweep.Start();
                break;

            case WorkerMessageKind.Drain or WorkerMessageKind.Abort:
                _isOver = true;
                LeaveOut();
                _closeKind = command.Kind == WorkerMessageKind.Abort ? CloseKind.Rst : _closeKind;
                _sweep.Start();
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        if (streamOffset >= RequestsFrom)
        {
            Span<byte> request = stackalloc byte[LaterMessage.Bytes];
            (long seat, long at) = Math.DivRem(streamOffset - RequestsFrom, LaterMessage.Bytes);
            LaterMessage.Write(request, LaterMessage.Request, LaterMessage.MsOf(_seats[seat].SilenceNs));
            request.Slice((int)at, destination.Length).CopyTo(destination);
            return;
        }

        while (destination.Length > 0)
        {
            int from = (int)(streamOffset % _messageBytes);
            int bytes = Math.Min(destination.Length, _messageBytes - from);
            _protocol.Write(_question, (ushort)(streamOffset / _messageBytes), from, destination[..bytes]);
            destination = destination[bytes..];
            streamOffset += bytes;
        }
    }

    private void BeginNext(ref Act act)
    {
        int seat = _begun++;
        ref IdleSeat lane = ref _seats[seat];
        int target = (int)((((long)seat * act.Workers) + act.Worker) % _targets);
        OpenResult result = act.Open(
            target, _spec.ConnectTimeoutNs, out Handle connection, keepAliveSeconds: lane.KeepAliveSeconds);
        if (result == OpenResult.Started)
        {
            _connecting++;
            lane.Connection = connection;
            lane.BegunNs = act.NowNs;
            _connections.OnStarted(ref act, target);
            ConnectionState.As<LaneState>(ref act.Connections[connection].State).Seat = seat;
            return;
        }

        lane.Reason = _connections.OnNotStarted(ref act, target, result);
        Settle(ref lane, IdleOutcome.NotOpened);
        NoteClosed();
    }

    /// <summary>Lanes not begun need not be.</summary>
    private void LeaveOut()
    {
        for (; _begun < _seats.Length; _begun++)
        {
            Settle(ref _seats[_begun], IdleOutcome.NotNeeded);
        }
    }

    /// <summary>Closes one that is still silent. One that is asked goes on to its answer, unless the run is over.
    /// </summary>
    private void CloseNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            NoteClosed();
            return;
        }

        if (_isOver || LaneOf(ref act, connection).Stage is not (IdleStage.Asked or IdleStage.Examined))
        {
            act.Close(connection, _isOver ? CloseReason.Cancelled : CloseReason.Finished, _closeKind);
        }
    }

    /// <summary>Every connection of the round has ended, and so every lane has its outcome.</summary>
    private readonly void NoteClosed()
    {
        if (_begun == _seats.Length && _open == 0 && _connecting == 0 && !_sweep.IsRunning)
        {
            Volatile.Write(ref _tally.ClosedRound, _round);
        }
    }

    /// <summary>State that the idle workload keeps of each connection.</summary>
    private struct LaneState
    {
        public AnswerReading Reading;

        /// <summary>Its lane's place among those of the round.</summary>
        public int Seat;
    }
}
