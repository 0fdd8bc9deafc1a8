using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Lasting connections with a message on each from time to time, by a schedule that nothing slows down. One message is
/// under way on a connection at most: what falls due meanwhile is dropped, and counted. What is late, missing or wrong
/// begins a disturbance, which ends with the first good answer. <c>Monitor.Messages.cs</c> is the way of a message,
/// <c>Monitor.Disturbances.cs</c> what is noted of it, <c>Monitor.Connections.cs</c> the coming and going of
/// connections. Invariants: due = sent + dropped + unconnected; sent = answered + timed out + lost + invalid + under
/// way.
/// </summary>
/// <param name="targets">How many its plan has.</param>
/// <param name="ownsTargets">They are this worker's own listeners.</param>
internal partial struct Monitor(
    MonitorSpec spec, Schedule schedule, MonitorTally tally, int targets, bool ownsTargets) : IWorkload
{
    private const byte ReplyTimer = 1;

    /// <summary>Messages of one call, small enough that answers do not wait long behind them.</summary>
    private const int MessagesPerCall = 128;

    /// <summary>Time that messages under way at the end have to be answered.</summary>
    public const long DrainMaxNs = Ns.Second;

    private readonly MonitorSpec _spec = spec;
    private readonly Schedule _schedule = schedule;
    private readonly MonitorTally _tally = tally;
    private readonly ClientConnections _connections = new(Role.Client, targets);
    private readonly int _targets = targets;
    private readonly bool _ownsTargets = ownsTargets;
    private readonly bool _isDatagram = spec.Socket.Transport == Transport.Datagram;
    private readonly int _messageBytes = spec.MessageBytes;
    private MonitorSeats _seats = null!; // from OnStart on
    private OwnArrivals _arrivals;
    private Coalescing _pace;
    private Sweep _sweep;
    private long _drainEndNs = long.MaxValue;
    private long _countFromNs;
    private bool _isOver;
    private bool _isDraining;
    private bool _isAborting;
    private CloseKind _closeKind = spec.Close;

    public readonly long NextArrivalNs => _sweep.IsRunning ? 0
        : Math.Min(
            Math.Min(_seats.NextNs, Math.Max(_arrivals.NextNs, _pace.NotBeforeNs)), Math.Min(EndNs, _drainEndNs));

    public readonly bool IsFinished => _isDraining && !_sweep.IsRunning;

    private readonly long EndNs =>
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + Schedule.EndGraceNs;

    public void OnStart(ref Act act)
    {
        _arrivals = new OwnArrivals(_schedule, act.Part, act.Parts, _tally);
        long first = Shares.FirstOf(_schedule.Connections, act.Part, act.Parts);
        long count = Shares.OfPart(_schedule.Connections, act.Part, act.Parts);
        _seats = new MonitorSeats(_spec, (int)count, first, act.Parts, act.NowNs);
        for (int seat = 0; seat < count; seat++)
        {
            int target = (int)((_ownsTargets ? seat : first + seat) % _targets);
            _seats[seat].Target = target;
            _connections.Want(target);
        }
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            LeaveNext(ref act);
        }
        else if (_drainEndNs <= act.NowNs)
        {
            _drainEndNs = long.MaxValue;
            _isAborting = true; // who has not been answered yet has had its time
            _sweep.Start();
        }
        else if (EndNs <= act.NowNs)
        {
            if (_arrivals.NextNs <= act.NowNs)
            {
                SendThoseDue(ref act); // who had no CPU when the end came was not asked for too much
            }

            StopSending(_arrivals.EndNs);
        }
        else if (_seats.NextNs <= act.NowNs)
        {
            Connect(ref act, _seats.Next(act.NowNs));
        }
        else if (_arrivals.NextNs <= act.NowNs && _pace.NotBeforeNs <= act.NowNs)
        {
            SendThoseDue(ref act);
        }
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer) =>
        OnReplyDue(ref act, connection, ref _seats[ConnectionState.As<MonitorState>(ref state).Seat]);

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Begin:
                _countFromNs = command.Value + _spec.WarmUpNs;
                _arrivals.Begin(command.Value, command.FromNs);
                _seats.ConnectFrom(command.Value);
                break;

            case WorkerMessageKind.Schedule:
                _arrivals.Follow(command.Schedule!);
                break;

            case WorkerMessageKind.Drain:
                Drain(ref act, act.NowNs + DrainMaxNs);
                break;

            case WorkerMessageKind.Abort:
                _closeKind = CloseKind.Rst;
                _isAborting = true;
                Drain(ref act, long.MaxValue);
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        if (_spec.IsZeroFilled)
        {
            FillZeros(streamOffset, destination);
        }
        else if (_isDatagram)
        {
            MonitorPayload.FillDatagram(connection.Slot, streamOffset / _messageBytes, destination);
        }
        else
        {
            MonitorPayload.Fill(connection.Slot, streamOffset, destination);
        }
    }

    private readonly void FillZeros(long streamOffset, Span<byte> destination)
    {
        if (_isDatagram)
        {
            MonitorPayload.FillZeroDatagram(streamOffset / _messageBytes, destination);
        }
        else
        {
            destination.Clear();
        }
    }

    /// <summary>Nothing more falls due.</summary>
    private void StopSending(long atNs)
    {
        if (!_isOver)
        {
            _isOver = true;
            _arrivals.End(atNs);
        }
    }

    private void Drain(ref Act act, long untilNs)
    {
        StopSending(act.NowNs);
        _seats.End();
        _isDraining = true;
        _drainEndNs = untilNs;
        _sweep.Start();
    }

    /// <summary>State that the monitor workload keeps of each connection.</summary>
    private struct MonitorState
    {
        public int Seat;
        public long BeginNs;
    }
}
