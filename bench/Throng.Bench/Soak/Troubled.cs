namespace Throng.Bench;

/// <summary>
/// A server that misbehaves at an interval of its own for as long as the soak lasts: it is started again, is away for a
/// while, or stands still.
/// </summary>
internal sealed class Troubled : IDisposable
{
    private readonly Func<Child> _start;
    private readonly Trouble _trouble;
    private readonly TimeSpan _every;
    private readonly TimeSpan _lasts;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _isOver = new();
    private Child _server;

    public Troubled(Trouble trouble, TimeSpan every, TimeSpan lasts, Func<Child> start)
    {
        _trouble = trouble;
        _every = every;
        _lasts = lasts;
        _start = start;
        _server = start();
        _thread = new Thread(Make) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How often it was in trouble.</summary>
    public int Times { get; private set; }

    /// <summary>How it ended when it was asked to and did not end with 0.</summary>
    public List<string> BadEnds { get; } = [];

    public void Dispose()
    {
        _isOver.Set();
        _thread.Join();
        Leave();
        _isOver.Dispose();
    }

    private void Make()
    {
        while (!_isOver.Wait(_every))
        {
            Times++;
            if (_trouble == Trouble.Stalls)
            {
                _server.Signal("STOP");
                _isOver.Wait(_lasts);
                _server.Signal("CONT");
            }
            else
            {
                Leave();
                _isOver.Wait(_lasts);
                _server = _start();
            }
        }
    }

    private void Leave()
    {
        _server.Terminate();
        bool hasEnded = _server.Join(TimeSpan.FromSeconds(30));
        if (!hasEnded || _server.ExitCode != 0)
        {
            BadEnds.Add(hasEnded ? $"exit code {_server.ExitCode}: {_server.LastError}" : "not within 30 s");
        }

        _server.Dispose();
    }
}

/// <summary>Kinds of trouble with a server.</summary>
internal enum Trouble : byte
{
    /// <summary>It ends in order, and is there again at once.</summary>
    Restarts,

    /// <summary>It ends in order, and is away for a while.</summary>
    Leaves,

    /// <summary>It stands still, with all its connections, and goes on.</summary>
    Stalls,
}
