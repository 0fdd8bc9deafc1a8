using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>A run as the console sees it, without an engine: what it is asked is kept, what it answers is
/// set.</summary>
public sealed class CliRun : ILiveRun
{
    public static SockAddr Address(string address, int port) => SockAddr.From(System.Net.IPAddress.Parse(address),
        port);

    public RunSpec Spec { get; set; } = new() { Command = "hold" };
    public string Engine => "epoll";
    public string EngineReason { get; set; } = "";
    public List<SockAddr> ListensOn { get; } = [];
    public List<SockAddr> ConnectsTo { get; } = [Address("10.0.0.2", 7000)];
    public IReadOnlyList<SockAddr> Listening => ListensOn;
    public IReadOnlyList<SockAddr> Targets => ConnectsTo;
    public long SocketsUsed => Now.Open;
    public long SocketsMax => 40_000;
    public bool HasRate { get; set; }

    public bool IsGuided { get; set; }
    public bool IsOver { get; set; }
    public string OverBy { get; set; } = RunStates.Duration;

    /// <summary>Is over once its trace has been told.</summary>
    public bool EndsWithItsTrace { get; set; }
    public bool PingIsOn { get; private set; }
    public bool DebugIsOn { get; private set; }

    public Sample Now { get; set; } = new()
    {
        AtNs = 0, Requested = 100, Open = 90, Connecting = 1, Peak = 95, Lost = 5, Failed = 3,
        Counts = default(Counts)
            .With(Counter.Attempts, 101).With(Counter.Opened, 97).With(Counter.Reconnected, 5)
            .With(Counter.BytesSent, 4096).With(Counter.BytesReceived, 4096),
        Closed = new ReasonCounts
        {
            { CloseReason.Reset, 4 }, { CloseReason.PingTimeout, 1 }, { CloseReason.Lowered, 2 },
        },
        ConnectFailed = new ReasonCounts { { CloseReason.Refused, 3 } },
        PortCollisions = 0, AcceptFailures = 0, AcceptErrno = 0, UserNs = 0, SystemNs = 0,
    };

    public List<object> Rows { get; } = [];
    public List<ConnectionFailure> Failed { get; } = [];
    public bool IsEnding { get; set; }
    public long Omitted { get; set; }
    public List<string> Trace { get; } = [];
    public List<string> Limits { get; } = [];
    public List<string> Calls { get; } = [];
    public bool EndsInOrder { get; set; } = true;
    public bool EndsAtAll { get; set; } = true;
    public long Opened { get; set; } = 100;

    /// <summary>The verdict of its document.</summary>
    public Verdict Verdict { get; set; } = new(true, "done", []);

    /// <summary>The command's own section of its document.</summary>
    public Section? Own { get; set; }

    private bool _hasEnded;

    public Sample Sample() => Now;

    public LiveSnapshot Snapshot(int intervals) => new() { Now = Now, IsEnding = IsEnding };

    public IReadOnlyList<ConnectionFailure> LastFailures(int most) => [.. Failed.TakeLast(most)];

    /// <summary>A failure as a run has it.</summary>
    public static ConnectionFailure Failure(
        long number, long endNs, string local, string remote, string phase, CloseReason reason, int errno) => new()
        {
            Number = number, Time = default, BeginNs = null, EndNs = endNs, Transport = "tcp", Local = local,
            Remote = remote, Phase = phase, Reason = CloseReasons.Name(reason), Errno = errno,
        };

    public bool TrySet(long connections, out string error)
    {
        error = connections > 1_000_000 ? "only 1,000,000 fit" : "";
        if (error.Length == 0)
        {
            Calls.Add($"set {connections}");
            Now = Now with { Requested = connections };
        }

        return error.Length == 0;
    }

    public bool TryRate(double ratePerSecond, out string error)
    {
        error = HasRate ? "" : "this run has no rate";
        if (HasRate)
        {
            Calls.Add($"rate {ratePerSecond}");
        }

        return HasRate;
    }

    /// <summary>When it was told to start; long.MaxValue while it waits for that.</summary>
    public long StartNs { get; set; }

    public bool IsReady { get; set; } = true;

    public bool TryStart(DateTimeOffset? at, DateTimeOffset? from, out string error)
    {
        error = StartNs > 0 ? "" : "this run does not wait to be told; --start-at told makes one that does";
        if (error.Length == 0)
        {
            Calls.Add(at is { } moment ? $"start {moment:O}" : "start");
        }

        return error.Length == 0;
    }

    public bool TryPing(bool on, out string error)
    {
        error = "";
        PingIsOn = on;
        return true;
    }

    public void Debug(bool on) => DebugIsOn = on;

    public Question? Ask(WorkerMessageKind kind, long value)
    {
        Calls.Add($"{kind} {value}");
        Question question = new(1);
        foreach (object row in Rows)
        {
            question.Rows.Enqueue(row);
        }

        question.Omit(Omitted);
        question.Done();
        return question;
    }

    public TcpCounters Tcp() => new() { Retransmits = 3, Sampled = 80, SampledOf = 90 };

    public IEnumerable<string> TakeLimits()
    {
        string[] taken = [.. Limits];
        Limits.Clear();
        return taken;
    }

    public IEnumerable<string> TakeTrace()
    {
        string[] taken = [.. Trace];
        Trace.Clear();
        IsOver |= EndsWithItsTrace;
        return taken;
    }

    public Queue<RunNews> News { get; } = [];

    public IReadOnlyList<RunNews> TakeNews()
    {
        RunNews[] taken = [.. News];
        News.Clear();
        return taken;
    }

    /// <summary>Called when it is to retire.</summary>
    public Action Retiring { get; set; } = () => { };

    /// <summary>Nothing is open any more soon after it retired.</summary>
    public bool EndsByItself { get; set; }

    public void Retire()
    {
        Calls.Add("retire");
        _hasEnded = EndsByItself;
        Retiring();
    }

    public void Drain()
    {
        Calls.Add("drain");
        _hasEnded = EndsInOrder && EndsAtAll;
    }

    public void Abort()
    {
        Calls.Add("abort");
        _hasEnded = EndsAtAll;
    }

    public void Stop() => Calls.Add("stop");

    public bool Join(TimeSpan timeout)
    {
        if (!_hasEnded)
        {
            Thread.Sleep(Math.Min(20, (int)timeout.TotalMilliseconds));
        }

        return _hasEnded;
    }

    public RunDocument DocumentSoFar() => Document(RunStates.Running);

    public RunDocument Document(string endedBy) => new()
    {
        Tool = new Tool("throng", "0"),
        Command = Spec.Command,
        RunId = Spec.RunId,
        Labels = Spec.Labels.Count > 0 ? Spec.Labels : null,
        Options = Spec.Options,
        Host = new Throng.Measurement.Host(),
        Started = DateTimeOffset.UnixEpoch,
        EndedBy = endedBy,
        Verdict = Verdict,
        Own = Own,
        Connections = new Connections
        {
            Target = ConnectsTo.Count == 0 ? null : Now.Requested, Held = Now.Open, Peak = Now.Peak, Opened = Opened,
            Closed = new ReasonCounts { { "drained", Opened } },
        },
    };

    public void Dispose() => Calls.Add("dispose");
}
