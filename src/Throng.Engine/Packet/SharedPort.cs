using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A worker's port where several have a queue each of one interface. Which queue a frame comes to is not ours to say:
/// one that is another worker's is handed over as a copy, and those that others handed over are received here. Frames
/// of the link itself go to all; the copies have no destination, so that one alone answers.
/// Owner: the worker's thread.
/// </summary>
internal sealed class SharedPort : IFramePort
{
    private const int FramesPerTake = 64;

    /// <summary>How long more answers are expected where some came.</summary>
    private const long AnswersNs = Ns.Second;

    private readonly IFramePort _own;
    private readonly SharedPorts _all;
    private readonly int _number;
    private readonly ArrivedFrame[] _arrived = new ArrivedFrame[FramesPerTake];

    /// <summary>To whom something was added that is not published yet.</summary>
    private readonly bool[] _isGiven;

    /// <summary>Times until which answers to this worker are expected at each queue: at first, at any.</summary>
    private readonly long[] _answersUntilNs;
    private int _takesFrom;
    private bool _sleeps;
    private long _passed;
    private long _passFull;

    internal SharedPort(IFramePort own, SharedPorts all, int number)
    {
        (_own, _all, _number) = (own, all, number);
        _isGiven = new bool[all.Count];
        _answersUntilNs = new long[all.Count];
        _answersUntilNs.AsSpan().Fill(own.NowNs() + AnswersNs);
    }

    public FramePortCounts Counts => _own.Counts with
    {
        Passed = Volatile.Read(ref _passed), PassFull = Volatile.Read(ref _passFull),
    };

    public long NowNs() => _own.NowNs();

    public Span<byte> Take(out int frame) => _own.Take(out frame);

    public void Send(int frame, int bytes) => _own.Send(frame, bytes);

    public void GiveBack(int frame) => _own.GiveBack(frame);

    /// <summary>Half of the room is first for what others handed over: a busy queue starves nobody.</summary>
    public int Receive(Span<ArrivedFrame> into)
    {
        int count = TakePassed(into[..(into.Length / 2)]);
        count += TakeOwn(into[count..]);
        return count + TakePassed(into[count..]);
    }

    public Span<byte> BytesOf(in ArrivedFrame frame) => frame.Offset >= 0
        ? _own.BytesOf(frame)
        : RingOf(frame).BytesOf(~frame.Offset % _all.RingBytes, frame.Bytes);

    public void Return(in ArrivedFrame frame)
    {
        if (frame.Offset >= 0)
        {
            _own.Return(frame);
        }
        else
        {
            RingOf(frame).Return();
        }
    }

    /// <summary>
    /// A worker that hands something over publishes it and then looks whether this one sleeps; this one says so and
    /// then looks whether there is something. So one of the two sees the other.
    /// </summary>
    public void Wait(long untilNs)
    {
        if (untilNs <= 0 || HasPassed())
        {
            _own.Wait(0);
            return;
        }

        Volatile.Write(ref _sleeps, true);
        Interlocked.MemoryBarrier();
        _own.Wait(HasPassed() ? 0 : untilNs);
        Volatile.Write(ref _sleeps, false);
    }

    public void Wake() => _own.Wake();

    /// <summary>The queue's own port and the rings are somebody else's.</summary>
    public void Dispose()
    {
    }

    /// <summary>
    /// Whether more answers might find no room: others have handed over much, or much waits in a queue that answers to
    /// this worker came to lately. The worker's thread.
    /// </summary>
    /// <param name="isQueueCrowded">Whether much waits in a queue, by its number.</param>
    public bool MustHoldBack(Func<int, bool> isQueueCrowded)
    {
        for (int from = 0; from < _all.Count; from++)
        {
            bool isWay = from != _number
                && (_all.Ring(from, _number).IsCrowded || (isQueueCrowded(from) && NowNs() < _answersUntilNs[from]));
            if (isWay)
            {
                return true;
            }
        }

        return false;
    }

    private FrameRing RingOf(in ArrivedFrame frame) => _all.Ring(~frame.Offset / _all.RingBytes, _number);

    private bool HasPassed()
    {
        for (int from = 0; from < _all.Count; from++)
        {
            if (from != _number && _all.Ring(from, _number).HasFrames)
            {
                return true;
            }
        }

        return false;
    }

    private int TakePassed(Span<ArrivedFrame> into)
    {
        int count = 0;
        for (int others = _all.Count; others > 0 && count < into.Length; others--)
        {
            _takesFrom = _takesFrom + 1 == _all.Count ? 0 : _takesFrom + 1;
            if (_takesFrom == _number)
            {
                continue;
            }

            FrameRing ring = _all.Ring(_takesFrom, _number);
            int before = count;
            while (count < into.Length && ring.TryTake(out int offset, out int bytes))
            {
                into[count++] = new ArrivedFrame(~((_takesFrom * _all.RingBytes) + offset), bytes);
            }

            if (count > before)
            {
                _answersUntilNs[_takesFrom] = NowNs() + AnswersNs;
            }
        }

        return count;
    }

    /// <summary>Takes from the queue until there is enough of its own, or nothing more.</summary>
    private int TakeOwn(Span<ArrivedFrame> into)
    {
        int count = 0;
        int came = FramesPerTake;
        while (came > 0 && count < into.Length)
        {
            came = _own.Receive(_arrived.AsSpan(0, Math.Min(FramesPerTake, into.Length - count)));
            foreach (ref readonly ArrivedFrame frame in _arrived.AsSpan(0, came))
            {
                Span<byte> bytes = _own.BytesOf(frame);
                int owner = _all.Owners.Of(bytes);
                if (owner >= 0 && owner != _number)
                {
                    Give(owner, bytes);
                    _own.Return(frame);
                    continue;
                }

                if (owner == FrameOwners.Everybody)
                {
                    GiveAll(bytes);
                }

                into[count++] = frame;
            }

            PublishGiven();
        }

        return count;
    }

    private void Give(int to, ReadOnlySpan<byte> frame)
    {
        if (_all.Ring(_number, to).TryAdd(frame))
        {
            _passed++;
            _isGiven[to] = true;
        }
        else
        {
            _passFull++;
        }
    }

    private void GiveAll(Span<byte> frame)
    {
        Span<byte> destination = frame[..MacAddress.Bytes];
        MacAddress kept = default;
        destination.CopyTo(kept);
        destination.Clear();
        for (int to = 0; to < _all.Count; to++)
        {
            if (to != _number)
            {
                Give(to, frame);
            }
        }

        ((ReadOnlySpan<byte>)kept).CopyTo(destination);
    }

    private void PublishGiven()
    {
        for (int to = 0; to < _isGiven.Length; to++)
        {
            if (_isGiven[to])
            {
                _isGiven[to] = false;
                _all.Ring(_number, to).Publish();
                Interlocked.MemoryBarrier();
                _all[to].WakeIfAsleep();
            }
        }
    }

    private void WakeIfAsleep()
    {
        if (Volatile.Read(ref _sleeps))
        {
            _own.Wake();
        }
    }
}
