using System.Buffers.Binary;

namespace Throng.Simulation;

/// <summary>One connection of an <see cref="EchoPeer"/>.</summary>
internal sealed class EchoPeerEnd
{
    private readonly SimulatedWire _wire;
    private readonly EchoPeer _peer;
    private readonly EchoPeerPlan _plan;
    private readonly PeerSegment _syn;
    private readonly int _scaleOfClient;
    private readonly int _scale;
    private readonly int _mss;
    private readonly bool _takesSacks;

    /// <summary>Came and was not read.</summary>
    private readonly List<byte> _in = [];

    /// <summary>To be sent, from the first byte that is not acknowledged on.</summary>
    private readonly List<byte> _out = [];
    private readonly Dictionary<uint, byte[]> _early = [];

    /// <summary>Pieces that the client told it has; they are never sent again, so a lie is the end.</summary>
    private readonly List<(uint From, uint End)> _sacked = [];
    private uint _latest;
    private uint _nxtMax;
    private uint _una;
    private uint _nxt;
    private uint _rcv;
    private long _windowOfClient;
    private bool _isEstablished;
    private bool _clientFinished;
    private bool _wantsFin;
    private bool _finSent;
    private bool _finAcked;
    private bool _isReset;
    private long _echoed;
    private long _timeoutNs = long.MaxValue;
    private int _backoff;
    private long _readNs = long.MaxValue;
    private long _ackNs = long.MaxValue;
    private bool _toldZero;

    public EchoPeerEnd(SimulatedWire wire, EchoPeer peer, EchoPeerPlan plan, PeerSegment syn)
    {
        (_wire, _peer, _plan, _syn) = (wire, peer, plan, syn);
        _una = plan.FirstSequence;
        _nxt = _una;
        _rcv = syn.Seq + 1;
        _mss = Math.Min(plan.Mss, OptionOf(syn.Options, 2) is { } mss ? (mss[0] << 8) | mss[1] : 536);
        byte[]? scale = OptionOf(syn.Options, 3);
        _scaleOfClient = scale is null || plan.WindowScale < 0 ? 0 : scale[0];
        _scale = scale is null || plan.WindowScale < 0 ? 0 : plan.WindowScale;
        _windowOfClient = syn.Window;
        _takesSacks = plan.TakesSacks && OptionOf(syn.Options, 4) is not null;
        _nxtMax = _una;
        SendSyn();
    }

    public bool IsOver => _isReset || (_finAcked && _clientFinished);

    public long DueNs => IsOver ? long.MaxValue : Math.Min(Math.Min(_timeoutNs, _readNs), _ackNs);

    private int Window => Math.Max(0, _plan.RoomBytes - _in.Count);

    public void Take(PeerSegment segment)
    {
        if (segment.Has(PeerSegment.Rst))
        {
            if (segment.Seq == _rcv)
            {
                _isReset = true;
                _peer.Resets++;
            }

            return;
        }

        if (segment.Has(PeerSegment.Syn))
        {
            if (!_isEstablished)
            {
                SendSyn();
            }
            else
            {
                Send(_nxt, [], PeerSegment.Ack);
            }

            return;
        }

        if (!_isEstablished && segment.AckSeq != _una + 1)
        {
            return;
        }

        if (!_isEstablished)
        {
            _isEstablished = true;
            _peer.Opened++;
            _una++;
            _nxt = _una;
            _timeoutNs = long.MaxValue;
            _backoff = 0;
            _wantsFin = _plan.FinishesAfterBytes == 0;
        }

        TakeAck(segment);
        TakeBytes(segment);
        Work();
        Transmit();
    }

    public void Tick()
    {
        if (_wire.NowNs >= _ackNs)
        {
            Send(_nxt, [], PeerSegment.Ack);
        }

        if (_wire.NowNs >= _readNs)
        {
            _readNs = long.MaxValue;
            Read();
            Transmit();
        }

        if (_wire.NowNs >= _timeoutNs)
        {
            OnTimeout();
        }
    }

    private void OnTimeout()
    {
        _timeoutNs = long.MaxValue;
        _backoff = Math.Min(_backoff + 1, 6);
        if (!_isEstablished)
        {
            SendSyn();
            return;
        }

        _nxt = _una;
        if (_windowOfClient == 0 && _out.Count > 0)
        {
            Send(_una, [_out[0]], PeerSegment.Ack); // one byte beyond the window, to be told of a new one
            _timeoutNs = _wire.NowNs + (_plan.TimeoutNs << _backoff);
            return;
        }

        Transmit();
    }

    private void TakeAck(PeerSegment segment)
    {
        int acked = (int)(segment.AckSeq - _una);
        int outstanding = _out.Count + (_finSent ? 1 : 0);
        if (acked < 0 || acked > outstanding)
        {
            return; // an old one
        }

        _windowOfClient = (long)segment.Window << _scaleOfClient;
        TakeSacks(segment);
        if (acked > 0)
        {
            _finAcked |= _finSent && acked > _out.Count;
            _out.RemoveRange(0, Math.Min(acked, _out.Count));
            _una = segment.AckSeq;
            _nxt = (int)(_nxt - _una) < 0 ? _una : _nxt;
            _backoff = 0;
            _timeoutNs = long.MaxValue;
        }
    }

    private void TakeBytes(PeerSegment segment)
    {
        bool hasFin = segment.Has(PeerSegment.Fin);
        if (segment.Payload.Length == 0 && !hasFin)
        {
            if ((int)(segment.Seq - _rcv) < 0)
            {
                Send(_nxt, [], PeerSegment.Ack); // a probe
            }

            return;
        }

        int known = (int)(_rcv - segment.Seq);
        if (known < 0)
        {
            if (_plan.KeepsOutOfOrder && segment.Payload.Length > 0 && -known < Window)
            {
                _early[segment.Seq] = segment.Payload;
                _latest = segment.Seq;
            }

            if (_plan.Reneges && _wire.Between(0, 20) == 0)
            {
                _early.Clear();
            }

            Send(_nxt, [], PeerSegment.Ack);
            return;
        }

        byte[] fresh = known < segment.Payload.Length ? segment.Payload[known..] : [];
        int taken = Math.Min(fresh.Length, Window);
        _in.AddRange(fresh[..taken]);
        _rcv += (uint)taken;
        TakeEarly();
        if (hasFin && !_clientFinished && _rcv == segment.Seq + (uint)segment.Payload.Length)
        {
            _rcv++;
            _clientFinished = true;
        }

        if (_plan.AckDelayNs == 0 || known > 0)
        {
            Send(_nxt, [], PeerSegment.Ack);
        }
        else
        {
            _ackNs = Math.Min(_ackNs, _wire.NowNs + _plan.AckDelayNs);
        }
    }

    private void TakeEarly()
    {
        foreach ((uint seq, byte[] bytes) in _early.OrderBy(one => (int)(one.Key - _rcv)).ToArray())
        {
            int known = (int)(_rcv - seq);
            if (known >= 0)
            {
                byte[] fresh = known < bytes.Length ? bytes[known..] : [];
                int taken = Math.Min(fresh.Length, Window);
                _in.AddRange(fresh[..taken]);
                _rcv += (uint)taken;
                _early.Remove(seq);
            }
        }
    }

    private void Work()
    {
        if (_plan.ReadEveryNs == 0)
        {
            Read();
        }
        else if (_readNs == long.MaxValue && (_in.Count > 0 || _clientFinished))
        {
            _readNs = _wire.NowNs + _wire.Between(0, _plan.ReadEveryNs);
        }
    }

    /// <summary>The application: reads, and writes the same, unless too much waits to be sent.</summary>
    private void Read()
    {
        int bytes = _out.Count > 100_000 ? 0 : Math.Min(_in.Count, _plan.ReadBytes);
        if (!_wantsFin)
        {
            _out.AddRange(_in.Take(bytes));
            _echoed += bytes;
        }

        _in.RemoveRange(0, bytes);
        _wantsFin |= _echoed >= _plan.FinishesAfterBytes || (_clientFinished && _in.Count == 0);
        if (_toldZero && Window > 0)
        {
            Send(_nxt, [], PeerSegment.Ack);
        }

        if (_in.Count > 0 || (_clientFinished && !_wantsFin))
        {
            _readNs = _wire.NowNs + 1_000_000 + _wire.Between(0, _plan.ReadEveryNs);
        }
    }

    private void Transmit()
    {
        int sent = (int)(_nxt - _una);
        while (sent < _out.Count && sent < _windowOfClient)
        {
            int known = KnownFrom(_nxt, out int missing);
            if (known > 0)
            {
                _peer.Spared++;
                sent += known;
                _nxt += (uint)known;
                continue;
            }

            int room = (int)Math.Min(_out.Count - sent, _windowOfClient - sent);
            int bytes = Math.Min(Math.Min(_mss, missing), room);
            Send(_nxt, [.. _out.GetRange(sent, bytes)], PeerSegment.Ack | PeerSegment.Psh);
            sent += bytes;
            _nxt += (uint)bytes;
        }

        if (_wantsFin && !_finAcked && sent == _out.Count)
        {
            Send(_nxt, [], PeerSegment.Ack | PeerSegment.Fin);
            _finSent = true;
            _nxt++;
        }

        _nxtMax = (int)(_nxt - _nxtMax) > 0 ? _nxt : _nxtMax;

        bool isWaiting = _out.Count > 0 || (_finSent && !_finAcked);
        if (isWaiting && _timeoutNs == long.MaxValue)
        {
            _timeoutNs = _wire.NowNs + (_plan.TimeoutNs << _backoff);
        }
    }

    private void SendSyn()
    {
        byte[] options = [2, 4, (byte)(_plan.Mss >> 8), (byte)_plan.Mss];
        if (_plan.WindowScale >= 0)
        {
            options = [.. options, 1, 3, 3, (byte)_plan.WindowScale];
        }

        if (_takesSacks)
        {
            options = [.. options, 1, 1, 4, 2];
        }

        _wire.ToPort(Segment(_una, [], PeerSegment.Syn | PeerSegment.Ack, Math.Min(Window, 65_535), options));
        _timeoutNs = _wire.NowNs + (_plan.TimeoutNs << _backoff);
    }

    private void Send(uint seq, byte[] bytes, int flags)
    {
        _ackNs = long.MaxValue;
        int window = Math.Min(Window >> _scale, 65_535);
        _toldZero = window == 0;
        _wire.ToPort(Segment(seq, bytes, flags, window, _takesSacks && _early.Count > 0 ? Sacks() : []));
    }

    /// <summary>An option that tells of what is kept: the latest first.</summary>
    private byte[] Sacks()
    {
        List<(uint From, uint End)> ranges = [];
        foreach ((uint seq, byte[] bytes) in _early.OrderBy(one => (int)(one.Key - _rcv)))
        {
            uint end = seq + (uint)bytes.Length;
            if ((int)(seq - _rcv) <= 0)
            {
                continue;
            }

            if (ranges.Count > 0 && (int)(seq - ranges[^1].End) <= 0)
            {
                ranges[^1] = (ranges[^1].From, (int)(end - ranges[^1].End) > 0 ? end : ranges[^1].End);
            }
            else
            {
                ranges.Add((seq, end));
            }
        }

        (uint From, uint End)[] told =
            [.. ranges.OrderBy(one => (int)(_latest - one.From) < 0 || (int)(_latest - one.End) >= 0).Take(3)];
        byte[] option = new byte[4 + (told.Length * 8)];
        (option[0], option[1], option[2], option[3]) = (1, 1, 5, (byte)(option.Length - 2));
        for (int i = 0; i < told.Length; i++)
        {
            PeerSegment.Put(option, 4 + (i * 8), told[i].From, 4);
            PeerSegment.Put(option, 8 + (i * 8), told[i].End, 4);
        }

        return told.Length == 0 ? [] : option;
    }

    private void TakeSacks(PeerSegment segment)
    {
        byte[] told = OptionOf(segment.Options, 5) ?? [];
        for (int at = 0; at + 8 <= told.Length; at += 8)
        {
            uint from = BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(at));
            uint end = BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(at + 4));
            bool isTrue = _takesSacks && (int)(end - from) > 0 && (int)(end - _nxtMax) <= 0
                && (int)(from - segment.AckSeq) > 0;
            _peer.Lies += isTrue ? 0 : 1;
            _sacked.Add((from, end));
        }

        _sacked.RemoveAll(one => (int)(one.End - _una) <= 0);
    }

    /// <summary>Bytes from a place on that the client has told it has; else how many it lacks before those.</summary>
    private int KnownFrom(uint from, out int missing)
    {
        missing = int.MaxValue;
        int known = 0;
        foreach ((uint begin, uint end) in _sacked)
        {
            int until = (int)(begin - from);
            if (until > 0)
            {
                missing = Math.Min(missing, until);
            }
            else if ((int)(end - from) > 0)
            {
                known = Math.Max(known, (int)(end - from));
            }
        }

        return known;
    }

    private byte[] Segment(uint seq, byte[] bytes, int flags, int window, byte[] options) => new PeerSegment
    {
        Source = _syn.Destination,
        Destination = _syn.Source,
        SourcePort = _syn.DestinationPort,
        DestinationPort = _syn.SourcePort,
        Seq = seq,
        AckSeq = _rcv,
        Flags = flags,
        Window = window,
        Options = options,
        Payload = bytes,
    }.ToFrame();

    private static byte[]? OptionOf(byte[] options, int kind)
    {
        for (int at = 0; at < options.Length && options[at] != 0;)
        {
            if (options[at] == 1)
            {
                at++;
                continue;
            }

            if (options[at] == kind)
            {
                return options[(at + 2)..(at + options[at + 1])];
            }

            at += options[at + 1];
        }

        return null;
    }
}
