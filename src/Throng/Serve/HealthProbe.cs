using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// Answers readiness probes over HTTP: whether new connections are welcome. One request at a time on a thread of its
/// own; who is slow is given up on, so that nobody can keep the others waiting for long.
/// </summary>
public sealed class HealthProbe : IDisposable
{
    /// <summary>From accepting a probe to giving up on it.</summary>
    private const int RequestMs = 1000;
    private const int Backlog = 16;

    /// <summary>Read and dropped behind an answer, so that the close is no reset that overtakes it.</summary>
    private const int RestBytesMax = 64 * 1024;

    private readonly List<Socket> _listeners;
    private readonly byte[] _request = new byte[HealthAnswer.RequestBytesMax];
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
                List<Socket> ready = [.. _listeners];
                Socket.Select(ready, null, null, -1);
                foreach (Socket listener in ready)
                {
                    using Socket probe = listener.Accept();
                    AnswerOne(probe);
                }
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // A probe that went away, or no descriptor left for it: the next one may have better luck.
                Thread.Sleep(10);
            }
        }
    }

    private void AnswerOne(Socket probe)
    {
        Stopwatch clock = Stopwatch.StartNew();
        int length = 0;
        byte[]? answer = null;
        while (answer is null && TryWait(probe, clock))
        {
            int bytes = probe.Receive(_request.AsSpan(length));
            if (bytes == 0)
            {
                return; // a probe of the port alone
            }

            length += bytes;
            answer = HealthAnswer.To(_request.AsSpan(0, length), _isDraining);
        }

        if (answer is null)
        {
            return;
        }

        probe.SendTimeout = RequestMs;
        probe.Send(answer);
        probe.Shutdown(SocketShutdown.Send);
        int rest = 0;
        for (int bytes = 1; bytes > 0 && rest < RestBytesMax && TryWait(probe, clock); rest += bytes)
        {
            bytes = probe.Receive(_request);
        }
    }

    /// <summary>Waits for something to read; false when its time is over.</summary>
    private static bool TryWait(Socket probe, Stopwatch clock)
    {
        int leftMs = RequestMs - (int)clock.ElapsedMilliseconds;
        return leftMs > 0 && probe.Poll(leftMs * 1000, SelectMode.SelectRead);
    }
}
