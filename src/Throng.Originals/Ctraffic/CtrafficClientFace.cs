using System.Globalization;
using Throng.Engine;
using Throng.Measurement;
using static Throng.Measurement.Counter;

namespace Throng.Originals;

/// <summary>Output of a ctraffic client: a line a second where that was asked for, and the statistics.</summary>
public sealed class CtrafficClientFace(CtrafficPlan plan, TimeProvider clock) : IOriginalOutput
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    /// <summary>Neither line nor sample comes this close to the end.</summary>
    private const long QuietNs = 500_000_000;

    private readonly List<CtrafficSample> _samples = [];
    private ILiveRun? _run;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        _run = run;
        return OutputText.Nothing;
    }

    public OutputText Tick()
    {
        if (_run?.Sample() is not { } now)
        {
            return OutputText.Nothing;
        }

        bool isOver = HasTooMany(now.Lost) || (!plan.Reconnects && now.Lost >= plan.Connections);
        if (now.AtNs >= plan.TimeoutNs - QuietNs)
        {
            return new OutputText("", [], isOver);
        }

        _samples.Add(new CtrafficSample(now.AtNs, now[MessagesSent], now[MessagesAnswered], now[MessagesDropped]));
        return new OutputText("", plan.Monitors ? [LineOf(now)] : [], isOver);
    }

    public Ending End(RunDocument document, int signal)
    {
        string text = plan.Stats == "none" ? "" : StatsOf(document).ToJson();
        bool hasTooMany = HasTooMany(document.Connections.Lost);
        return new Ending
        {
            Out = text,
            Errors = hasTooMany ? [GoLog.Line($"Too many re-connects: {plan.SlotsMax}", clock)] : [],
            ExitCode = hasTooMany ? GoLog.FatalExitCode : signal is 0 or SIGINT or SIGTERM ? 0 : 128 + signal,
        };
    }

    public Reading Fail(SetupException setup) =>
        GoLog.Fatal(setup.Message + (setup.Remedy.Length == 0 ? "" : $"; {setup.Remedy}"), clock);

    private bool HasTooMany(long lost) => plan.Reconnects && plan.Connections + lost > plan.SlotsMax;

    private static string LineOf(Sample now)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        long connecting = Math.Max(0, now.Requested - now.Open);
        return string.Create(plain, $"Conn act/fail/connecting: {now.Open}/{now.Lost}/{connecting}, ")
            + string.Create(plain, $"Packets send/rec/dropped: {now[MessagesSent]}/{now[MessagesAnswered]}/")
            + now[MessagesDropped].ToString(plain);
    }

    private CtrafficStats StatsOf(RunDocument document) => new()
    {
        Started = GoText.Time(TimeZoneInfo.ConvertTime(document.Started, clock.LocalTimeZone)),
        Duration = document.DurationNs,
        Rate = plan.Rate,
        Connections = plan.Connections,
        PacketSize = plan.PacketSize,
        FailedConnections = document.Connections.Lost,
        Sent = document.Messages?.Sent ?? 0,
        Received = document.Messages?.Answered ?? 0,
        Dropped = document.Own?.Find("dropped")?.Integer ?? 0,
        Retransmits = document.Own?.Find("retransmits")?.Integer ?? 0,
        FailedConnects = document.Connections.ConnectFailed.Total
            - document.Connections.ConnectFailed[CloseReason.Cancelled],
        ConnStats = plan.TellsAll
            ? CtrafficSlots.From(document, plan.Connections, plan.Reconnects, plan.Network)
            : [],
        Samples = plan.TellsAll ? _samples : [],
    };
}
