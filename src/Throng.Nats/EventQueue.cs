using System.Diagnostics.CodeAnalysis;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// Events on their way from the tasks that post them to the one thread that takes them. Messages that nobody takes are
/// kept up to a limit, then dropped and counted; outcomes are never dropped.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>Messages kept while nobody takes them.</summary>
    internal const int MessagesMax = 16_384;

    private readonly object _gate = new();
    private readonly Queue<BusEvent> _events = new();
    private int _messages;
    private long _dropped;
    private bool _isWoken;

    /// <summary>Messages that nobody has taken yet.</summary>
    public int Messages
    {
        get
        {
            lock (_gate)
            {
                return _messages;
            }
        }
    }

    public void Post(BusEvent next)
    {
        lock (_gate)
        {
            _events.Enqueue(next);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Whether a message would be kept; if not, it is counted as dropped.</summary>
    public bool HasRoom()
    {
        lock (_gate)
        {
            bool hasRoom = _messages < MessagesMax;
            _dropped += hasRoom ? 0 : 1;
            return hasRoom;
        }
    }

    public void PostMessage(Received message)
    {
        lock (_gate)
        {
            _messages++;
            _events.Enqueue(message);
            Monitor.Pulse(_gate);
        }
    }

    public void CountDropped(int messages)
    {
        lock (_gate)
        {
            _dropped += messages;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the wait that goes on, or the next one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes the next event; false: none came in time, or <see cref="Wake"/> was called.</summary>
    public bool TryTake([NotNullWhen(true)] out BusEvent? next, TimeSpan timeout)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            while (_events.Count == 0 && _dropped == 0 && !_isWoken)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue)))
                {
                    break;
                }
            }

            next = Next();
            _isWoken &= next is not null;
            return next is not null;
        }
    }

    private BusEvent? Next()
    {
        if (_dropped > 0)
        {
            BusDropped dropped = new(_dropped);
            _dropped = 0;
            return dropped;
        }

        if (!_events.TryDequeue(out BusEvent? next))
        {
            return null;
        }

        _messages -= next is Received ? 1 : 0;
        return next;
    }
}
