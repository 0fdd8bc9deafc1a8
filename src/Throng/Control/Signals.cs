using System.Runtime.InteropServices;

namespace Throng;

/// <summary>
/// SIGINT and SIGTERM, counted, SIGUSR1 noted, and the event the watch sleeps on. Made before any worker starts: the
/// runtime's signal handler writes to a pipe by its number, and a worker with a descriptor table of its own must have
/// the same pipe behind that number (a worker started earlier had a peer's socket there, and the byte was sent to it).
/// </summary>
public sealed class Signals : IDisposable
{
    /// <summary>Its number on every processor that .NET runs on; the runtime has no name for it.</summary>
    private const PosixSignal StatusAsked = (PosixSignal)10;

    private readonly AutoResetEvent _wake = new(false);
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;
    private int _first;
    private int _statusAsked;

    public Signals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
            PosixSignalRegistration.Create(StatusAsked, AskStatus),
        ];
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>The first that came; null for none yet.</summary>
    public PosixSignal? First => Count == 0 ? null : (PosixSignal)Volatile.Read(ref _first);

    /// <summary>Whether somebody asked how things stand since the last call.</summary>
    public bool TakeStatusAsked() => Interlocked.Exchange(ref _statusAsked, 0) != 0;

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

    private void AskStatus(PosixSignalContext context)
    {
        context.Cancel = true;
        Volatile.Write(ref _statusAsked, 1);
        Wake();
    }
}
