using System.Collections.Concurrent;
using System.Diagnostics;
using Throng.Engine;

namespace Throng.Tests.PacketQueues;

/// <summary>A queue of an interface into which a test puts frames from any thread; it waits and is woken for real.
/// </summary>
internal sealed class QueuePort : IFramePort
{
    private const int FrameBytes = 2048;
    private const int Frames = 64;

    private readonly byte[] _memory = new byte[Frames * FrameBytes];
    private readonly ConcurrentQueue<int> _free = new(
        Enumerable.Range(0, Frames).Select(static one => one * FrameBytes));
    private readonly ConcurrentQueue<byte[]> _arrived = new();
    private readonly ManualResetEventSlim _isWoken = new();
    private readonly ConcurrentQueue<(int Frame, int Bytes)> _unsent = new();

    /// <summary>Frames that were sent.</summary>
    public ConcurrentQueue<byte[]> Sent { get; } = new();

    /// <summary>How often it was woken by somebody else.</summary>
    public int Wakes { get; private set; }

    public FramePortCounts Counts => default;

    public void Arrive(byte[] frame)
    {
        _arrived.Enqueue(frame);
        _isWoken.Set();
    }

    public long NowNs() => Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);

    public Span<byte> Take(out int frame) => _free.TryDequeue(out frame) ? _memory.AsSpan(frame, FrameBytes) : [];

    public void Send(int frame, int bytes) => _unsent.Enqueue((frame, bytes));

    public void GiveBack(int frame) => _free.Enqueue(frame);

    public int Receive(Span<ArrivedFrame> into)
    {
        int count = 0;
        while (count < into.Length && !_free.IsEmpty && _arrived.TryDequeue(out byte[]? bytes))
        {
            _ = _free.TryDequeue(out int frame);
            bytes.CopyTo(_memory, frame);
            into[count++] = new ArrivedFrame(frame, bytes.Length);
        }

        return count;
    }

    public Span<byte> BytesOf(in ArrivedFrame frame) => _memory.AsSpan(frame.Offset, frame.Bytes);

    public void Return(in ArrivedFrame frame)
    {
        _memory.AsSpan(frame.Offset, FrameBytes).Fill(0xDD);
        GiveBack(frame.Offset);
    }

    public void Wait(long untilNs)
    {
        while (_unsent.TryDequeue(out (int Frame, int Bytes) one))
        {
            Sent.Enqueue(_memory.AsSpan(one.Frame, one.Bytes).ToArray());
            GiveBack(one.Frame);
        }

        long leftNs = untilNs - NowNs();
        if (leftNs > 0 && _arrived.IsEmpty)
        {
            _ = _isWoken.Wait(TimeSpan.FromMilliseconds(leftNs / 1e6));
        }

        _isWoken.Reset();
    }

    public void Wake()
    {
        Wakes++;
        _isWoken.Set();
    }

    public void Dispose() => _isWoken.Dispose();
}
