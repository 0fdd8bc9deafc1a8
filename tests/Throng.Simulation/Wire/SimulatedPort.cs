using Throng.Engine;

namespace Throng.Simulation;

/// <summary>
/// A port of few frames on a simulated wire. Wait says until when it would wait, and does so only when it is told to.
/// </summary>
internal sealed class SimulatedPort : IFramePort
{
    private const int FrameBytes = 2048;

    private readonly SimulatedWire _wire;
    private readonly byte[] _memory;
    private readonly Stack<int> _free = new();
    private readonly HashSet<int> _taken = [];
    private readonly List<(int Frame, int Bytes)> _waiting = [];
    private readonly Queue<byte[]> _arrived = new();
    private long _framesIn;
    private long _framesOut;
    private long _sendFull;
    private long _receiveFull;
    private bool _wasRefused;

    public SimulatedPort(SimulatedWire wire, int frames = 256)
    {
        _wire = wire;
        wire.Port = this;
        _memory = new byte[frames * FrameBytes];
        for (int frame = frames - 1; frame >= 0; frame--)
        {
            _free.Push(frame * FrameBytes);
        }
    }

    /// <summary>Frames in somebody's hands: none between two polls.</summary>
    public int Taken => _taken.Count;

    /// <summary>A wait lets the time of the wire pass, since nobody else does.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>When a real Wait would return.</summary>
    public long WakesAtNs { get; private set; }

    public FramePortCounts Counts => new(_framesIn, _framesOut, _sendFull, _receiveFull, 0);

    public long NowNs() => _wire.NowNs;

    public Span<byte> Take(out int frame)
    {
        frame = -1;
        if (_free.Count == 0 || _wire.Chance(_wire.Faults.LacksFrames))
        {
            _sendFull++;
            _wasRefused = true;
            return [];
        }

        frame = _free.Pop();
        _taken.Add(frame);
        return _memory.AsSpan(frame, FrameBytes);
    }

    public void Send(int frame, int bytes)
    {
        if (!_taken.Remove(frame))
        {
            throw new InvalidOperationException("a frame is sent once");
        }

        _waiting.Add((frame, bytes));
        _framesOut++;
    }

    public void GiveBack(int frame)
    {
        _taken.Remove(frame);
        _free.Push(frame);
    }

    public int Receive(Span<ArrivedFrame> into)
    {
        int count = 0;
        while (count < into.Length && _arrived.Count > 0 && _free.Count > 0)
        {
            byte[] bytes = _arrived.Dequeue();
            int offset = _free.Pop();
            _taken.Add(offset);
            bytes.CopyTo(_memory.AsSpan(offset));
            into[count++] = new ArrivedFrame(offset, bytes.Length);
            _framesIn++;
        }

        return count;
    }

    public Span<byte> BytesOf(in ArrivedFrame frame) => _memory.AsSpan(frame.Offset, frame.Bytes);

    public void Return(in ArrivedFrame frame)
    {
        BytesOf(frame).Fill(0xDD); // whoever kept them shall notice
        GiveBack(frame.Offset);
    }

    public void Wait(long untilNs)
    {
        foreach ((int frame, int bytes) in _waiting)
        {
            _wire.ToPeer(_memory.AsSpan(frame, bytes));
            _free.Push(frame);
        }

        _waiting.Clear();
        bool hasRoomAgain = _wasRefused;
        _wasRefused = false;
        WakesAtNs = _arrived.Count > 0 ? 0 : hasRoomAgain ? Math.Min(untilNs, NowNs() + 100_000) : untilNs;
        if (IsWaiting && WakesAtNs > NowNs())
        {
            _wire.RunUntil(Math.Min(WakesAtNs, Math.Max(NowNs(), _wire.NextEventNs)));
        }
    }

    public void Wake() => WakesAtNs = 0;

    public void Dispose()
    {
    }

    internal void Arrive(byte[] frame)
    {
        if (_arrived.Count >= 1024)
        {
            _receiveFull++;
            return;
        }

        _arrived.Enqueue(frame);
        WakesAtNs = 0;
    }
}
