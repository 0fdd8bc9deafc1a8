using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// Answers readiness probes over HTTP: whether new connections are welcome. All of them side by side on a thread of its
/// own; who is slow is given up on, and where there are too many, who came first: nobody keeps the others waiting.
/// </summary>
public sealed class HealthProbe : IDisposable
{
    /// <summary>From accepting a probe to giving up on it.</summary>
    private const int RequestMs = 1000;
    private const int Backlog = 128;

    /// <summary>Probes looked after at once.</summary>
    public const int ProbesMax = 48;

    private readonly List<Socket> _listeners;

    /// <summary>Visitors under way, the first to come first; the thread's own.</summary>
    private readonly List<HealthVisitor> _visitors = [];
    private volatile bool _isDraining;
    private volatile bool _isDisposed;

    private HealthProbe(List<Socket> listeners) => _listeners = listeners;

    /// <summary>Listens; null for an endpoint without a host. Before any worker starts.</summary>
    /// <exception cref="SetupException">The address cannot be listened on.</exception>
    public static HealthProbe? Bind(Endpoint endpoint)
    {
        if (endpoint.Host.Length == 0)
        {
            return null;
        }

        List<Socket> listeners = [];
        foreach (ListenAddress listen in Resolution.Listeners([endpoint], []))
        {
            SockAddr address = listen.Address;
            Socket listener = new(
                address.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream,
                ProtocolType.Tcp);
            listeners.Add(listener);
            try
            {
                if (address.IsIPv6)
                {
                    listener.DualMode = listen.DualStack;
                }

                listener.Bind(IPEndPoint.Parse(address.ToString()));
                listener.Listen(Backlog);
            }
            catch (SocketException refused)
            {
                listeners.ForEach(one => one.Dispose());
                throw new SetupException(
                    $"cannot listen on {address} for --health",
                    $"see who does: ss -ltnp 'sport = :{address.Port}'", refused.NativeErrorCode);
            }
        }

        return new HealthProbe(listeners);
    }

    /// <summary>Begins to answer; whoever asked before waits until now.</summary>
    public void Answer() => new Thread(AnswerAll) { IsBackground = true, Name = "health" }.Start();

    /// <summary>New connections are not welcome any more.</summary>
    public void Drain() => _isDraining = true;

    public void Dispose()
    {
        _isDisposed = true;
        _listeners.ForEach(listener => listener.Dispose());
    }

    private void AnswerAll()
    {
        while (!_isDisposed)
        {
            try
            {
                AnswerReady();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // No descriptor left for a probe: the next one may have better luck.
                Thread.Sleep(10);
            }
        }

        _visitors.ForEach(visitor => visitor.Dispose());
    }

    private void AnswerReady()
    {
        List<Socket> ready = [.. _listeners, .. _visitors.Select(visitor => visitor.Socket)];
        int leftMs = _visitors.Count == 0 ? -1 : Math.Max(0, RequestMs - (int)_visitors[0].AgeMs);
        Socket.Select(ready, null, null, leftMs < 0 ? -1 : leftMs * 1000);
        foreach (HealthVisitor visitor in _visitors.ToArray())
        {
            bool isDone = ready.Contains(visitor.Socket) && !visitor.Read(_isDraining);
            if (isDone || visitor.AgeMs >= RequestMs)
            {
                Leave(visitor);
            }
        }

        foreach (Socket listener in _listeners.Where(ready.Contains))
        {
            if (_visitors.Count == ProbesMax)
            {
                Leave(_visitors[0]);
            }

            _visitors.Add(new HealthVisitor(listener.Accept()));
        }
    }

    private void Leave(HealthVisitor visitor)
    {
        _ = _visitors.Remove(visitor);
        visitor.Dispose();
    }
}
