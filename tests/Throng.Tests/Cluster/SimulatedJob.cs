using System.Globalization;
using System.Text;
using Throng.Cluster;
using Throng.Measurement;
using Throng.Report;

namespace Throng.Tests.Cluster;

/// <summary>
/// A part of a run as a simulated process: it offers 1,000 a second, of which it has its share, from its begin to its
/// end, so that every count is known. It goes on only as long as it was let.
/// </summary>
internal sealed class SimulatedJob(VirtualTime time, SimulatedClock clock, JobId id, string host, long lengthNs)
{
    private const long PerSecond = 1_000;

    /// <summary>A process looks so often whether it has to end.</summary>
    private const long LookNs = 250_000_000;

    private readonly long _startedNs = time.NowNs;
    private int _beginning;
    private long _leaseNs = long.MaxValue;
    private string _endedBy = RunStates.Running;
    private (DateTimeOffset At, long BeginNs)? _takenOver;

    public JobId Id => id;

    public string Host => host;

    /// <summary>Takes its events; null when nobody does any more.</summary>
    public Action<JobEvent>? Sink { get; set; }

    public long ReadyNs { get; init; }

    public bool Hangs { get; init; }

    public bool Crashes { get; init; }

    /// <summary>When it began and ended, by the true time; -1: it has not.</summary>
    public long BeganNs { get; private set; } = -1;

    public long EndedNs { get; private set; } = -1;

    /// <summary>When it offered nothing any more, by the true time; -1: it still does.</summary>
    public long StoppedNs { get; private set; } = -1;

    public bool IsEnding { get; private set; }

    public bool IsOver => EndedNs >= 0;

    public byte[]? Result { get; private set; }

    /// <summary>The name in its result, by which only it can be meant.</summary>
    public string Word => WordOf(id, host);

    /// <summary>Answers until now, or its end.</summary>
    public long Answered => BeganNs < 0 ? 0
        : Due((StoppedNs >= 0 ? StoppedNs : time.NowNs) - BeganNs);

    /// <summary>It ended because its plan did.</summary>
    public bool IsEndedByPlan => _endedBy == RunStates.Duration;

    private long Due(long ns) => (long)((Int128)ns * PerSecond / id.Part.Count / Ns.Second);

    public static string WordOf(JobId id, string host) => $"{id.Run} {id.Part} {host}";

    /// <summary>Answers a line later; nothing where it has ended by then.</summary>
    public void Say(long question, string line, Action<JobEvent>? asker)
    {
        bool isStuck = Hangs && BeganNs >= 0 && line is IJobs.Result or IJobs.ResultOfMinute;
        time.After(isStuck ? 10 * Ns.Second : time.Draw(200_000, 50_000_000), () =>
        {
            (bool isRefused, string? text) = IsOver || isStuck ? (true, null) : Answer(line);
            asker?.Invoke(new JobSaid(question, id, isRefused, text));
        });
    }

    /// <summary>Lets it go on until then, unless it was to have ended.</summary>
    public void Lease(long untilNs)
    {
        if (_leaseNs < time.NowNs || IsEnding)
        {
            return;
        }

        long trueNs = clock.TrueOf(untilNs);
        _leaseNs = _leaseNs == long.MaxValue ? trueNs : Math.Max(_leaseNs, trueNs);
        time.At(_leaseNs + time.Draw(0, LookNs), () =>
        {
            if (_leaseNs < time.NowNs)
            {
                End(RunStates.Lease);
            }
        });
    }

    /// <summary>Ends in order, which takes a while.</summary>
    public void End() => End("quit");

    private void End(string why)
    {
        if (!IsEnding)
        {
            IsEnding = true;
            _endedBy = why;
            StoppedNs = time.NowNs;
            time.After(time.DrawMs(10, 800), () => Over(isWhole: true));
        }
    }

    /// <summary>Is gone at once.</summary>
    public void Crash() => Over(isWhole: false);

    private void Over(bool isWhole)
    {
        if (IsOver)
        {
            return;
        }

        EndedNs = time.NowNs;
        StoppedNs = StoppedNs < 0 ? EndedNs : StoppedNs;
        Result = isWhole ? Document() : null;
        time.Say($"{host}: part {id.Part} of {id.Run} has ended, {(isWhole ? "whole" : "crashed")}, {Answered}");
        Sink?.Invoke(new JobEnded(id, isWhole ? 0 : 134, isWhole ? "" : "crashed"));
    }

    private (bool IsRefused, string Text) Answer(string line)
    {
        switch (line.Split(' '))
        {
            case ["result", _]:
                return (false, Encoding.UTF8.GetString(Document()));
            case ["ready"]:
                return (false, time.NowNs >= _startedNs + ReadyNs ? "ready" : "connecting");
            case ["lease", var untilNs]:
                Lease(long.Parse(untilNs, CultureInfo.InvariantCulture));
                return (false, "");
            case ["start", var moment, .. var from]:
                if (BeganNs >= 0)
                {
                    return (true, "it has begun");
                }

                DateTimeOffset begin = DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
                if (from.Length == 2)
                {
                    DateTimeOffset at = DateTimeOffset.Parse(from[1], CultureInfo.InvariantCulture);
                    if (at < clock.Now.Utc)
                    {
                        return (true, "it is over");
                    }

                    _takenOver = (at, clock.TrueOf(begin));
                }

                Begin(_takenOver?.At ?? begin);
                return (false, "begins");
            default:
                return (false, line);
        }
    }

    private void Begin(DateTimeOffset moment)
    {
        int beginning = ++_beginning;
        time.At(clock.TrueOf(moment), () =>
        {
            if (IsOver || IsEnding || BeganNs >= 0 || beginning != _beginning)
            {
                return;
            }

            BeganNs = time.NowNs;
            time.Say($"{host}: part {id.Part} of {id.Run} begins");
            long leftNs = Math.Max(0, (_takenOver?.BeginNs ?? BeganNs) + lengthNs - BeganNs);
            time.After(
                Crashes ? time.Draw(0, leftNs) : leftNs, Crashes ? Crash : () => End(RunStates.Duration));
        });
    }

    private byte[] Document() => JsonReport.Render(
        new RunDocument
        {
            Tool = new Tool("throng", "0.1.0"),
            Command = "query",
            RunId = Word,
            Host = new Host(),
            Started = clock.Now.Utc,
            EndedBy = _endedBy,
            TakenOver = _takenOver is { } taken && BeganNs >= 0
                ? new PartTakenOver(taken.At, Due(BeganNs - taken.BeginNs))
                : null,
            Connections = new Connections(),
            Messages = new Messages { Offered = Answered, Sent = Answered, Answered = Answered },
        },
        indented: false);
}
