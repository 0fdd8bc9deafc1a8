using System.Diagnostics;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// The main thread while a run is under way: once a second progress, limits reached and the trace, and in between
/// waiting for one of the ends a run has. Afterwards the drain.
/// </summary>
/// <param name="say">Takes a line of progress or news.</param>
public sealed class RunWatch(
    ILiveRun run, LiveConsole console, Signals signals, Action<string> say, bool showsProgress, bool inPackets = false,
    RunLines? lines = null)
{
    /// <summary>Causes of the end of a run, as the document names them; a signal is named by its own name.</summary>
    public const string UntilHeld = RunStates.UntilHeld;
    public const string Duration = RunStates.Duration;
    public const string Quit = "quit";

    private const long TickNs = 1_000_000_000;

    // How soon --until-held is answered after the last connect, and the end of a schedule noticed; a sample costs
    // microseconds.
    private const long HeldCheckNs = 10_000_000;

    // How late a line of a stream may be.
    private const long StreamCheckNs = 200_000_000;

    // An end that takes longer says what it waits for, and says so again after ten times as long.
    private static readonly TimeSpan SilentMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan JoinStep = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ProgressLine _progress = new(run, inPackets);
    private long _nextTickNs = TickNs;

    private long NowNs => (long)(_clock.Elapsed.TotalMilliseconds * 1e6);

    /// <summary>Called with each line of progress, shown or not.</summary>
    public Action Ticked { get; init; } = () => { };

    /// <summary>Whether an end that takes its time says what it waits for.</summary>
    public bool SaysWaits { get; init; }

    /// <summary>Waits for the end of the plateau and says what brought it.</summary>
    public string Wait()
    {
        while (true)
        {
            if (Ending() is { } endedBy)
            {
                SayAll(_progress.StepsEnded() ?? []);
                return endedBy;
            }

            if (NowNs >= _nextTickNs)
            {
                Tick();
                _nextTickNs = Math.Max(_nextTickNs + TickNs, NowNs);
            }

            lines?.Follow(run);
            AnswerStatus();
            signals.Wait(TimeSpan.FromMilliseconds(Math.Max(1, SleepNs() / 1_000_000)));
        }
    }

    /// <summary>
    /// Drains, or aborts: at the second signal, and when draining takes too long. What is open even then is left to
    /// the kernel. False when the workers do not end at all.
    /// </summary>
    /// <param name="retireMax">How long a server goes on with what is open before it is closed.</param>
    public bool End(TimeSpan retireMax, TimeSpan drainMax, TimeSpan abortMax)
    {
        bool hasEnded = retireMax > TimeSpan.Zero && Retire(retireMax);
        if (!hasEnded)
        {
            run.Drain();
        }

        Stopwatch draining = Stopwatch.StartNew();
        TimeSpan sayAt = SilentMax;
        while (!hasEnded && signals.Count < 2 && draining.Elapsed < drainMax)
        {
            hasEnded = run.Join(JoinStep);
            if (!hasEnded && draining.Elapsed >= sayAt)
            {
                string how = signals.Count == 0 ? "two signals end" : "a signal ends";
                SayWait("ending", drainMax - draining.Elapsed, how);
                sayAt += 10 * SilentMax;
            }
        }

        if (!hasEnded)
        {
            run.Abort();
            hasEnded = run.Join(abortMax);
        }

        if (!hasEnded)
        {
            run.Stop();
            hasEnded = run.Join(StopMax);
        }

        ShowNews();
        return hasEnded;
    }

    /// <summary>True when everything has ended by itself; the next signal ends the waiting.</summary>
    private bool Retire(TimeSpan retireMax)
    {
        int signalsBefore = signals.Count;
        run.Retire();
        Stopwatch retiring = Stopwatch.StartNew();
        TimeSpan sayAt = SilentMax;
        bool hasEnded = false;
        while (!hasEnded && signals.Count == signalsBefore && retiring.Elapsed < retireMax)
        {
            hasEnded = run.Join(JoinStep);
            if (!hasEnded && retiring.Elapsed >= sayAt)
            {
                SayWait("no new connections", retireMax - retiring.Elapsed, "a signal ends");
                sayAt += 10 * SilentMax;
            }

            if (!hasEnded && NowNs >= _nextTickNs)
            {
                Tick();
                lines?.Follow(run);
                _nextTickNs = Math.Max(_nextTickNs + TickNs, NowNs);
            }
        }

        return hasEnded;
    }

    /// <summary>Says what is still waited for, for how long at most, and how not to.</summary>
    private void SayWait(string doing, TimeSpan left, string how)
    {
        if (!SaysWaits)
        {
            return;
        }

        Sample now = run.Sample();
        string answers = now.MessagesUnderWay > 0 ? $" and {Units.Several(now.MessagesUnderWay, "answers")}" : "";
        long connections = now.Open + now.Connecting;
        string waited = run.WaitsFor.Length > 0 ? run.WaitsFor
            : connections == 0 && answers.Length == 0 ? "the workers to end"
            : Units.Several(connections, "connections") + answers;
        say($"{doing}: waiting for {waited}, at most "
            + $"{Units.Duration((long)Math.Ceiling(left.TotalSeconds) * Ns.Second)} more; {how} it now");
    }

    private string? Ending()
    {
        if (signals.First is { } signal)
        {
            return signal.ToString();
        }

        if (console.HasQuit)
        {
            return Quit;
        }

        if (run.Spec.UntilHeld && run.Sample() is var sample && sample.Open >= sample.Requested)
        {
            return UntilHeld;
        }

        if (run.IsOver)
        {
            return run.OverBy;
        }

        return run.Spec.DurationNs > 0 && SinceStartNs >= run.Spec.DurationNs ? Duration : null;
    }

    /// <summary>For how long the load has had its time: where it waits to be told, since it was.</summary>
    private long SinceStartNs => run.StartNs switch
    {
        0 => NowNs,
        long.MaxValue => 0,
        long startNs => Math.Max(0, Clock.NowNs() - startNs),
    };

    private long SleepNs()
    {
        long sleepNs = Math.Max(0, _nextTickNs - NowNs);
        if (run.Spec.DurationNs > 0)
        {
            sleepNs = Math.Min(sleepNs, Math.Max(0, run.Spec.DurationNs - SinceStartNs));
        }

        if (run.LeaseNs < long.MaxValue)
        {
            sleepNs = Math.Min(sleepNs, Math.Max(Ns.Millisecond, run.LeaseNs - Clock.NowNs()));
        }

        sleepNs = lines is not { HasReaders: true } ? sleepNs : Math.Min(sleepNs, StreamCheckNs);
        return run.Spec.UntilHeld || run.HasRate || run.IsGuided ? Math.Min(sleepNs, HeldCheckNs) : sleepNs;
    }

    /// <summary>SIGUSR1: what `status` answers, for who has no prompt.</summary>
    private void AnswerStatus()
    {
        if (signals.TakeStatusAsked())
        {
            foreach (string line in console.Execute("status").Text.TrimEnd('\n').Split('\n'))
            {
                say(line);
            }
        }
    }

    private void Tick()
    {
        Sample now = run.Sample();
        SayAll(_progress.Lines(now));

        console.Recent.Note(now);
        Ticked();
        ShowNews();
    }

    private void SayAll(IReadOnlyList<string> progress)
    {
        foreach (string line in showsProgress ? progress : [])
        {
            say(line);
        }
    }

    private void ShowNews()
    {
        foreach (string line in run.TakeLimits())
        {
            say(line);
        }

        foreach (string line in run.TakeTrace())
        {
            say(line);
        }
    }
}
