using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// A terminal with a person at it, on which a run shows itself: a block of rows at the bottom, the last of them the
/// prompt, drawn twice a second by a thread of its own. Answers and news are printed above it.
/// </summary>
public sealed class LiveScreen : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;
    private const long LookNs = 250_000_000;
    private const long DrawNs = 500_000_000;

    /// <summary>Width taken for a terminal that does not report its own.</summary>
    private const int ColumnsUsual = 80;
    private const int RowsUsual = 24;

    /// <summary>Counting descriptors takes a while when there are many: no more than this share of the time.</summary>
    private const double CountingShare = 0.01;

    private readonly Shell _shell;
    private readonly Glyphs _glyphs;
    private readonly LiveBlock _block;
    private readonly TerminalMode _mode = new();
    private readonly TerminalGuard? _guard = TerminalGuard.Start();
    private readonly PosixSignalRegistration[] _signals;
    private readonly ConcurrentQueue<string> _news = new();
    private readonly LineEditor _editor = new();
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly byte[] _keys = new byte[256];
    private LiveConsole? _console;
    private Dialogue? _dialogue;
    private LiveView? _view;
    private DescriptorUse? _descriptors;
    private long _descriptorsDueNs;
    private long _viewDueNs;
    private bool _isShown;
    private volatile bool _hasLeft;
    private volatile bool _isContinued;

    /// <summary>Before any worker starts: what this needs of the runtime has descriptors.</summary>
    public LiveScreen(Shell shell)
    {
        _shell = shell;
        _glyphs = Glyphs.Choose(shell.Environment);
        _block = new LiveBlock(shell.HasColor);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _isContinued = true),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => Hide()),
        ];
    }

    /// <summary>Whether such a terminal is there: not for TERM=dumb, which cannot move its cursor.</summary>
    public static bool Fits(Shell shell) => shell.IsInputTerminal && shell.IsOutputTerminal
        && shell.Environment.GetValueOrDefault("TERM", "") is not ("" or "dumb");

    public void Start(LiveConsole console)
    {
        _console = console;
        _dialogue = new Dialogue(console);
        new Thread(Work) { IsBackground = true, Name = "screen" }.Start();
    }

    /// <summary>A line above the view, soon; any thread, and none waits for the terminal.</summary>
    public void Say(string line) => _news.Enqueue(line);

    /// <summary>The run has ended: the terminal is as it was, and the report begins where the view was.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (!_hasLeft)
            {
                PrintNews();
                _hasLeft = true;
                Hide();
            }
        }
    }

    public void Dispose()
    {
        Leave();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _guard?.Dispose();
    }

    private void Work()
    {
        try
        {
            while (!_hasLeft)
            {
                lock (_lock)
                {
                    Look();
                }

                int ready = Descriptors.Await(Input, _isShown ? UntilDrawNs() : LookNs);
                lock (_lock)
                {
                    if (ready > 0 && _isShown && !_hasLeft && Terminals.IsForeground(Input))
                    {
                        Read();
                    }
                }

                if (ready > 0 && !_isShown)
                {
                    Thread.Sleep(TimeSpan.FromMilliseconds(LookNs / 1_000_000)); // not for us
                }
            }
        }
        catch (IOException)
        {
            // The terminal is gone; the run goes on, and its report may have a place to go (--out).
            _hasLeft = true;
        }
    }

    private long NowNs => (long)(_clock.Elapsed.TotalMilliseconds * 1e6);

    private long UntilDrawNs() => Math.Clamp(_viewDueNs - NowNs, 1_000_000, LookNs);

    /// <summary>Shows what there is, if it is this process's turn.</summary>
    private void Look()
    {
        if (_hasLeft)
        {
            return;
        }

        if (_isContinued)
        {
            _isContinued = false;
            _isShown = false;
            _mode.Forget();
            _block.Forget();
        }

        if (!_isShown)
        {
            _isShown = _mode.TryEnter();
            if (!_isShown)
            {
                return;
            }

            _guard?.Note();
        }

        PrintNews();
        if (NowNs >= _viewDueNs || _view is null)
        {
            _view = LiveView.Read(_console!.Run, CountDescriptors());
            _viewDueNs = NowNs + DrawNs;
        }

        Draw();
    }

    private DescriptorUse CountDescriptors()
    {
        if (_descriptors is null || NowNs >= _descriptorsDueNs)
        {
            long beganNs = NowNs;
            _descriptors = _console!.Descriptors;
            _descriptorsDueNs = NowNs + Math.Max(DrawNs, (long)((NowNs - beganNs) / CountingShare));
        }

        return _descriptors;
    }

    private void Draw()
    {
        if (_view is { } view && _isShown)
        {
            (int columns, int rows) = Size();
            Write(_block.Draw(LiveLayout.Render(view, _editor.Line, columns, rows, _glyphs), columns));
        }
    }

    /// <summary>One column less than there is: in the last one terminals differ in when they begin a new row.</summary>
    private static (int Columns, int Rows) Size()
    {
        bool isKnown = Terminals.Size(Output, out int columns, out int rows) >= 0 && columns > 0 && rows > 0;
        return isKnown ? (Math.Max(1, columns - 1), rows) : (ColumnsUsual - 1, RowsUsual);
    }

    private void Read()
    {
        int count = _shell.Input.Read(_keys);
        if (count == 0)
        {
            // A hang-up.
            Hide();
            _hasLeft = true;
            _console!.Execute("quit");
            return;
        }

        for (int i = 0; i < count && !_hasLeft; i++)
        {
            switch (_editor.Take(_keys[i]))
            {
                case Edit.Entered:
                    Answer();
                    break;
                case Edit.Ended:
                    Print(_console!.Execute("quit").Text);
                    break;
                case Edit.Redrawn:
                    Write("\e[H\e[2J");
                    _block.Forget();
                    break;
                default:
                    break;
            }
        }

        Draw();
    }

    private void Answer()
    {
        string line = _editor.Enter();
        string answer = _dialogue!.Answer(line, isTooLong: false).Text;
        Print($"{_console!.Run.Spec.Command} $ {line}\n{answer}");
        _viewDueNs = 0;
    }

    private void PrintNews()
    {
        StringBuilder text = new();
        while (_news.TryDequeue(out string? line))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(line);
        }

        if (text.Length > 0)
        {
            Print(text.ToString());
        }
    }

    private void Print(string text) => Write(_block.Erase(Size().Columns) + Letters.Lines(text) + "\n");

    /// <summary>Ctrl-Z: the shell gets its terminal as it was; what was shown comes back with the process.</summary>
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            Hide();
            _ = Terminals.StopProcess();
            _isContinued = true;
        }
    }

    private void Hide()
    {
        lock (_lock)
        {
            if (_isShown)
            {
                try
                {
                    Write(_block.Erase(Size().Columns));
                }
                catch (IOException)
                {
                    // Gone; its settings with it.
                }
            }

            _isShown = false;
            _mode.Restore();
        }
    }

    private void Write(string text)
    {
        if (text.Length > 0)
        {
            _shell.Print(Encoding.UTF8.GetBytes(text)); // with escape sequences of its own
        }
    }
}
