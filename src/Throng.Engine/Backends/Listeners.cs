using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The listeners of a backend that has them as descriptors. How connections are taken from one is the backend's own.
/// Owner: the worker's thread.
/// </summary>
/// <typeparam name="T">What the backend keeps of each.</typeparam>
internal sealed class Listeners<T> : IDisposable
    where T : Listener, new()
{
    private readonly List<T> _all = [];

    public int Count => _all.Count;

    public T this[int listener] => _all[listener];

    /// <summary>Opens one; 0 or -errno. Nothing is accepted yet.</summary>
    public int Open(in ListenSpec spec, int listener, out SockAddr bound)
    {
        Check.That(listener == _all.Count, "listeners are numbered in order");
        int fd = SocketSetup.OpenListener(spec, out bound);
        if (fd >= 0)
        {
            _all.Add(new T
            {
                Fd = fd, IsForDatagrams = spec.Transport == Transport.Datagram, IsPaced = spec.IsPaced,
            });
        }

        return Math.Min(0, fd);
    }

    /// <summary>Closes the one that was opened last, as if it had been refused.</summary>
    public void TakeBack()
    {
        _all[^1].Close();
        _all.RemoveAt(_all.Count - 1);
    }

    /// <summary>Asks for one more connection.</summary>
    public T Ask(int listener, int mostAsked)
    {
        T one = _all[listener];
        Check.That(one.IsPaced, "who is asked for one connection accepts no others");
        one.Asked = Math.Min(one.Asked + 1, mostAsked);
        return one;
    }

    public void Retire(int listener)
    {
        if (!_all[listener].IsForDatagrams)
        {
            _ = Sockets.DropSyns(_all[listener].Fd); // where it is refused, the last to come may be reset
        }
    }

    /// <summary>Connections in its accept queue.</summary>
    public int Waiting(int listener) =>
        _all[listener].IsForDatagrams ? 0 : Sockets.QueueLength(_all[listener].Fd);

    public void Dispose()
    {
        foreach (T one in _all)
        {
            one.Close();
        }
    }
}
