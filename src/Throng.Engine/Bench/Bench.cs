using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Rounds of connections that wait for one another: those of a round are opened, all send at the moment they are
/// released, and are closed when every one has its answer or has failed. What comes next is a command each time (<see
/// cref="WorkerMessageKind.Assemble"/>, <see cref="WorkerMessageKind.Release"/>, <see
/// cref="WorkerMessageKind.Dismiss"/>), so that no worker is ahead of another. <c>Bench.Exchanges.cs</c> is what
/// happens on a connection. Invariants: each connection of a round is answered or has one error; counted sent =
/// answered + timed out + invalid + lost + under way.
/// </summary>
internal partial struct Bench(BenchSpec spec, BenchTally tally, int targets) : IWorkload
{
    private const byte ReplyTimer = 1;

    /// <summary>Handshakes under way at once, of all workers: an accept queue of 128 does not overflow.</summary>
    private const int ConnectingMax = 64;

    /// <summary>Sent in one turn: each is stamped with the turn's time, so the last must not wait for long.</summary>
    private const int SentPerTurn = 16;

    private readonly BenchSpec _spec = spec;
    private readonly BenchTally _tally = tally;
    private readonly IReadOnlyList<BenchRound> _rounds = spec.AllRounds();
    private readonly ClientConnections _connections = new(Role.Client, targets);
    private readonly byte[] _content = spec.Content;
    private readonly int _targets = targets;
    private readonly int _replyBytes = spec.WholeReplyBytes;
    private Handle[] _seats = [];
    private int _round;
    private int _wanted;
    private int _begun;
    private int _connecting;
    private int _connectingMax;
    private int _open;
    private int _awaited;
    private int _sent;
    private bool _isReleased;
    private bool _isDismissed;
    private bool _isOver;
    private long _releaseNs;
    private long _turnNs;
    private int _sentInTurn;
    private Sweep _sweep;
    private CloseKind _closeKind = spec.Close;

    public readonly long NextArrivalNs
    {
        get
        {
            if (_sweep.IsRunning)
            {
                return 0;
            }

            if (_isReleased && _sent < _begun)
            {
                return _sentInTurn >= SentPerTurn ? Math.Max(_releaseNs, _turnNs + 1) : _releaseNs;
            }

            return _begun < _wanted && _connecting < _connectingMax ? 0 : long.MaxValue;
        }
    }

    public readonly bool IsFinished => _isOver && !_sweep.IsRunning;

    public void OnStart(ref Act act)
    {
        Check.That(_spec.MessageBytes > 0, "a message has at least one byte");
        _connectingMax = Math.Max(1, ConnectingMax / act.Workers);
        long most = 0;
        foreach (BenchRound round in _rounds)
        {
            most = Math.Max(most, Shares.OfPart(round.Connections, act.Part, act.Parts));
        }

        _seats = new Handle[most];
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CloseNext(ref act);
        }
        else if (_isReleased && _sent < _begun)
        {
            _sentInTurn = _turnNs == act.NowNs ? _sentInTurn + 1 : 1;
            _turnNs = act.NowNs;
            SendFirst(ref act);
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
                Assemble(ref act, (int)command.Value);
                break;

            case WorkerMessageKind.Release:
                _isReleased = true;
                _releaseNs = command.Value;
                NoteAnswered();
                break;

            case WorkerMessageKind.Dismiss:
                _isDismissed = true;
                _sweep.Start();
                break;

            case WorkerMessageKind.Drain or WorkerMessageKind.Abort:
                _isOver = true;
                _wanted = _begun;
                _closeKind = command.Kind == WorkerMessageKind.Abort ? CloseKind.Rst : _closeKind;
                _sweep.Start();
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        long sentNs = ConnectionState.As<BenchState>(ref state).StampNs;
        _connections.OnFacts(connection, result, facts, act.NowNs - sentNs, act.NowNs - sentNs);
    }

    /// <param name="round">Its number, from 1.</param>
    private void Assemble(ref Act act, int round)
    {
        _tally.Clear();
        _round = round;
        _begun = 0;
        _sent = 0;
        _awaited = 0;
        _isReleased = false;
        _isDismissed = false;
        _wanted = _isOver ? 0 : (int)Shares.OfPart(_rounds[round - 1].Connections, act.Part, act.Parts);
        NoteOpened();
    }

    private void BeginNext(ref Act act)
    {
        int seat = _begun++;
        BenchRound round = _rounds[_round - 1];
        bool isOne = _spec.Servers.Count == 0;
        int first = isOne ? 0 : _spec.Servers[round.Server].TargetFirst;
        int targets = isOne ? _targets : _spec.Servers[round.Server].Targets;
        long number = Shares.FirstOf(round.Connections, act.Part, act.Parts) + seat;
        int target = first + (int)(number % targets);
        OpenResult result = act.Open(target, _spec.ConnectTimeoutNs, out Handle connection);
        _seats[seat] = connection;
        if (result == OpenResult.Started)
        {
            _connecting++;
            _connections.OnStarted(ref act, target);
            ref BenchState state = ref ConnectionState.As<BenchState>(ref act.Connections[connection].State);
            state.Seat = seat;
            state.StampNs = act.NowNs;
            return;
        }

        _tally.Errors[(int)_connections.OnNotStarted(ref act, target, result)]++;
        NoteOpened();
    }

    private void SendFirst(ref Act act)
    {
        Handle connection = _seats[_sent++];
        if (!connection.IsNone)
        {
            ref BenchState state = ref ConnectionState.As<BenchState>(ref act.Connections[connection].State);
            _awaited++;
            _tally.Lag.Record(act.NowNs - _releaseNs);
            Send(ref act, connection, ref state);
        }

        NoteAnswered();
    }

    private void CloseNext(ref Act act)
    {
        if (_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            CloseReason reason = _isOver ? CloseReason.Cancelled : CloseReason.Finished;
            act.Close(connection, reason, _closeKind);
        }
        else
        {
            NoteClosed();
        }
    }

    /// <summary>Every connection of the round is open, or never will be.</summary>
    private readonly void NoteOpened()
    {
        if (_begun == _wanted && _connecting == 0)
        {
            Volatile.Write(ref _tally.OpenedRound, _round);
        }
    }

    /// <summary>Every connection of the round has its answer, or never will.</summary>
    private readonly void NoteAnswered()
    {
        if (_isReleased && _sent == _begun && _awaited == 0)
        {
            Volatile.Write(ref _tally.AnsweredRound, _round);
        }
    }

    private readonly void NoteClosed()
    {
        if (_isDismissed && _open == 0 && _connecting == 0 && !_sweep.IsRunning)
        {
            Volatile.Write(ref _tally.ClosedRound, _round);
        }
    }
}
