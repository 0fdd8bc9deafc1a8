using System.Globalization;
using System.Runtime.InteropServices;

namespace Throng;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP, counted, SIGUSR1 noted, and the event the watch sleeps on. Made before any worker
/// starts: the runtime's signal handler writes to a pipe by its number, and a worker with a descriptor table of its own
/// must have the same pipe behind that number (a worker started earlier had a peer's socket there, and the byte was
/// sent to it).
/// </summary>
public sealed class Signals : IDisposable
{
    /// <summary>Its number on every processor that .NET runs on; the runtime has no name for it.</summary>
    private const PosixSignal StatusAsked = (PosixSignal)10;

    /// <summary>The line of /proc/self/status with the signals that are ignored, a bit each in hexadecimal.</summary>
    private const string IgnoredLine = "SigIgn:";

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
            .. IsIgnored(PosixSignal.SIGHUP)
                ? (PosixSignalRegistration[])[] : [PosixSignalRegistration.Create(PosixSignal.SIGHUP, Take)],
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

    public static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        _ => 15,
    };

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _wake.Dispose();
    }

    /// <summary>
    /// Takes a signal. A terminal that goes away sends SIGHUP twice, by the kernel and by its shell: once a signal has
    /// come, SIGHUP counts no more, so that the second does not cut the drain short.
    /// </summary>
    public void Take(PosixSignal signal)
    {
        if (signal == PosixSignal.SIGHUP && Count > 0)
        {
            return;
        }

        _ = Interlocked.CompareExchange(ref _first, (int)signal, 0);
        Interlocked.Increment(ref _count);
        Wake();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        Take(context.Signal);
    }

    /// <summary>Whether whoever started this wants it to outlive its terminal, as nohup does.</summary>
    private static bool IsIgnored(PosixSignal signal)
    {
        try
        {
            string? line = File.ReadLines("/proc/self/status")
                .FirstOrDefault(line => line.StartsWith(IgnoredLine, StringComparison.Ordinal));
            return line is not null
                && ulong.TryParse(
                    line.AsSpan(IgnoredLine.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                    out ulong ignored)
                && (ignored >> (Number(signal) - 1) & 1) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void AskStatus(PosixSignalContext context)
    {
        context.Cancel = true;
        Volatile.Write(ref _statusAsked, 1);
        Wake();
    }
}
