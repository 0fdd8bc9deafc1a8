using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Host = Throng.Measurement.Host;

namespace Throng.Fuzz;

/// <summary>A run in which nothing happens, whatever it is told.</summary>
/// <param name="kind">Bits that say what the run is: a load with a rate, one that is led, guided, or a server.</param>
internal sealed class QuietRun(byte kind) : ILiveRun
{
    private static readonly Sample Nothing = new()
    {
        AtNs = 5 * Ns.Second, Requested = 100, Open = 90, Connecting = 1, Peak = 95, Counts = default, Closed = [],
        ConnectFailed = [], Lost = 0, Failed = 0, PortCollisions = 0, AcceptFailures = 0, AcceptErrno = 0, UserNs = 0,
        SystemNs = 0,
    };

    public RunSpec Spec { get; } = new() { Command = (kind & 8) != 0 ? "serve" : (kind & 1) != 0 ? "query" : "hold" };

    public string Engine => "epoll";

    public string EngineReason => "";

    public IReadOnlyList<SockAddr> Listening { get; } = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    public IReadOnlyList<SockAddr> Targets { get; } = (kind & 8) != 0 ? [] : [SockAddr.FromIPv4(0x0A00_0002, 7000)];

    public long SocketsUsed => 90;

    public long SocketsMax => 40_000;

    public bool HasRate => (kind & 1) != 0;

    public bool IsLed => (kind & 2) != 0;

    public bool IsGuided => (kind & 4) != 0;

    public bool IsOver => false;

    public bool PingIsOn { get; private set; }

    public bool DebugIsOn { get; private set; }

    public Sample Sample() => Nothing;

    public bool TrySet(long connections, out string error)
    {
        Property.Holds(connections >= 0, "a number of connections is negative");
        error = "";
        return true;
    }

    public bool TryRate(double ratePerSecond, out string error) =>
        Property.IsRate(ratePerSecond) & ((error = "").Length == 0);

    public bool TryStep(long number, double ratePerSecond, DateTimeOffset at, out string error) =>
        Property.IsRate(ratePerSecond) & ((error = "").Length == 0);

    public bool TryStart(DateTimeOffset? at, DateTimeOffset? from, out string error)
    {
        bool isToCome = at is { } moment && moment > DateTimeOffset.UtcNow.AddMinutes(1);
        Property.Holds(!isToCome || Setup.NsOf(at!.Value) > 1, "a time to come is taken for one that has passed");
        error = "";
        return true;
    }

    public bool TryLease(long untilNs, out string error)
    {
        Property.Holds(untilNs >= 0, "a lease ends before time began");
        error = "";
        return true;
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
        Question question = new(1);
        question.Done();
        return question;
    }

    public TcpCounters Tcp() => new();

    public IEnumerable<string> TakeLimits() => [];

    public IEnumerable<string> TakeTrace() => [];

    public void Retire()
    {
    }

    public void Drain()
    {
    }

    public void Abort()
    {
    }

    public void Stop()
    {
    }

    public bool Join(TimeSpan timeout) => true;

    public RunDocument DocumentSoFar() => Document(RunStates.Running);

    public RunDocument Document(string endedBy) => new()
    {
        Tool = new Tool("throng", "0"), Command = Spec.Command, Host = new Host(), Started = DateTimeOffset.UnixEpoch,
        EndedBy = endedBy, Verdict = new Verdict(true, "done", []), Connections = new Connections(),
    };

    public void Dispose()
    {
    }
}
