using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Where <see cref="SocketEcho"/> accepts. Without a descriptor to accept with, it looks away for a moment: the queue
/// would wake it without end.
/// </summary>
internal sealed class EchoListeners : IDisposable
{
    /// <summary>Advice where the kernel has no room to watch another descriptor.</summary>
    internal const string Watches = "raise fs.epoll.max_user_watches, or give the host more memory";

    private const long PauseNs = 50 * Ns.Millisecond;

    private readonly List<int> _fds = [];
    private readonly SockAddr[] _bound;
    private readonly int _epollFd;
    private readonly ulong _tag;
    private long _resumeNs;

    /// <param name="tag">What an event of a listener has in its upper half; the lower one is its number.</param>
    /// <exception cref="SetupException">An address cannot be listened on.</exception>
    public EchoListeners(IReadOnlyList<ListenAddress> addresses, int backlog, int epollFd, ulong tag)
    {
        _epollFd = epollFd;
        _tag = tag;
        _bound = new SockAddr[addresses.Count];
        foreach (ListenAddress listen in addresses)
        {
            ListenSpec spec = new(listen.Address, backlog, SharesPort: false, listen.DualStack);
            int number = _fds.Count;
            int fd = PatientBind.Open(() => SocketSetup.OpenListener(spec, out _bound[number]));
            if (fd < 0)
            {
                Close();
                throw ListenRefusal.Explain(spec, -fd);
            }

            _fds.Add(fd);
            _ = SetupException.Need(
                Epoll.Add(epollFd, fd, EpollConstants.EPOLLIN, tag | (uint)number), "watch a listener", Watches);
        }
    }

    public IReadOnlyList<SockAddr> Bound => _bound;

    public bool IsPaused => _resumeNs > 0;

    /// <summary>The next connection, or -errno (EAGAIN: nobody waits).</summary>
    public int Accept(int listener, out SockAddr peer) => Sockets.Accept(_fds[listener], out peer);

    public void Pause(long nowNs)
    {
        _resumeNs = nowNs + PauseNs;
        Watch(0);
    }

    public void ResumeIfDue(long nowNs)
    {
        if (IsPaused && nowNs >= _resumeNs)
        {
            _resumeNs = 0;
            Watch(EpollConstants.EPOLLIN);
        }
    }

    /// <summary>Whoever waits to be accepted is reset.</summary>
    public void Close()
    {
        foreach (int fd in _fds)
        {
            _ = Descriptors.Close(fd);
        }

        _fds.Clear();
        _resumeNs = 0;
    }

    public void Dispose() => Close();

    private void Watch(uint events)
    {
        for (int i = 0; i < _fds.Count; i++)
        {
            _ = Epoll.Modify(_epollFd, _fds[i], events, _tag | (uint)i);
        }
    }
}
