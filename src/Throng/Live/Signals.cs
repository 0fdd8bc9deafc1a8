using System.Runtime.InteropServices;

namespace Throng;

/// <summary>
/// SIGINT and SIGTERM, counted, and the event the watch sleeps on. Made before any worker starts: the runtime's
/// signal handler writes to a pipe by its number, and a worker with a descriptor table of its own must have the same
/// pipe behind that number (a worker started earlier had a peer's socket there, and the byte was sent to it).
/// </summary>
public sealed class Signals : IDisposable
{
    private readonly AutoResetEvent _wake = new(false);
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;
    private int _first;

    public Signals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
        ];
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>The first that came; null for none yet.</summary>
    public PosixSignal? First => Count == 0 ? null : (PosixSignal)Volatile.Read(ref _first);

    /// <summary>Something happened that the watch has to look at.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Sleeps until a signal, a wake or the time.</summary>
    public void Wait(TimeSpan timeout) => _wake.WaitOne(timeout);

    public static int Number(PosixSignal signal) => signal == PosixSignal.SIGINT ? 2 : 15;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _wake.Dispose();
    }

    public void Take(PosixSignal signal)
    {
        _ = Interlocked.CompareExchange(ref _first, (int)signal, 0);
        Interlocked.Increment(ref _count);
        Wake();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        Take(context.Signal);
    }
}
