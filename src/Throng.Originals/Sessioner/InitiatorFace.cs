using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>The prompt of sessioner_initiator, and what it says of connections that fail.</summary>
/// <param name="targets">In the order given.</param>
/// <param name="hashSizes">Buckets of each target's table.</param>
/// <param name="outlivesInput">The end of the input does not quit.</param>
public sealed class InitiatorFace(
    IReadOnlyList<SockAddr> targets, IReadOnlyList<int> hashSizes, bool isDebugging, bool outlivesInput)
    : SessionerFace("initiator", isDebugging, outlivesInput, Commands)
{
    private const string NoNumber = "You need to specify the number to requested connections!\n";

    private static readonly (string, string)[] Commands =
    [
        ("status", "show number of currently connected clients"),
        ("details", "show more information about each target"),
        ("set NUM", "set the number of required connections"),
        ("debug", "toggle the debug log"),
        ("ping", "toggle the ping through the established connections"),
        ("quit", "close all clients and exit"),
    ];

    private long _failures;
    private long _told;

    /// <summary>Attempts that failed and connections that broke since the last time, as far as they are kept.</summary>
    public override OutputText Tick()
    {
        if (Run is not { } run || run.Sample() is not { } now || now.Failed + now.Lost == _failures)
        {
            return OutputText.Nothing;
        }

        _failures = now.Failed + now.Lost;
        List<string> lines = [];
        foreach (ConnectionFailure failure in run.LastFailures(100).Where(one => one.Number > _told))
        {
            _told = failure.Number;
            if (LineOf(failure) is { } line)
            {
                lines.Add(line);
            }
        }

        return new OutputText("", lines);
    }

    /// <summary>Null for one that was closed in order: the original says that with debug on only.</summary>
    private static string? LineOf(ConnectionFailure row)
    {
        CloseReason reason = CloseReasons.Find(row.Reason);
        string why = row.Errno != 0 ? CError.Text((int)row.Errno)
            : reason is CloseReason.ConnectTimeout or CloseReason.TlsTimeout ? CError.Text(Errno.ETIMEDOUT)
            : reason == CloseReason.NoPort ? CError.Text(Errno.EADDRNOTAVAIL)
            : reason == CloseReason.NoDescriptor ? CError.Text(Errno.EMFILE)
            : row.Reason;
        bool isConnecting = row.Phase == "connect";
        return isConnecting ? $"Unable to connect to {row.Remote}: {why}"
            : reason == CloseReason.PeerClosed ? null
            : $"Error on connection {row.Local}->{row.Remote}: {why}";
    }

    private protected override OutputText? Execute(ILiveRun run, string line) => line switch
    {
        "status" => OutputText.Text(Status(run)),
        "details" => OutputText.Text(Details(run)),
        "debug" => ToggleDebug(run),
        "ping" => TogglePing(run),
        "set" => OutputText.Text(NoNumber),
        _ when line.StartsWith("set ", StringComparison.Ordinal) => Set(run, line[4..]),
        _ => null,
    };

    private string Status(ILiveRun run)
    {
        Sample now = run.Sample();
        return new StatusLines()
            .Add("Connections requested", now.Requested)
            .Add("Connected clients", now.Open)
            .Add("Configured targets", targets.Count)
            .Add("Max descriptors limit", Limit)
            .Add("Ping through connections", run.PingIsOn)
            .Add("Debug output", run.DebugIsOn)
            .ToString();
    }

    private string Details(ILiveRun run)
    {
        Dictionary<SockAddr, (long Wanted, long Open)> sums = [];
        foreach (EndpointRow row in Rows<EndpointRow>(run, WorkerMessageKind.Details, 0))
        {
            (long wanted, long open) = sums.GetValueOrDefault(row.Address);
            sums[row.Address] = (wanted + row.Wanted, open + row.Open);
        }

        int[] depths = HashDepth.OfTargets(Rows<SlotsRow>(run, WorkerMessageKind.Slots, 0), hashSizes);
        StringBuilder text = new();
        for (int i = 0; i < targets.Count; i++)
        {
            (long wanted, long open) = sums.GetValueOrDefault(targets[i]);
            text.Append($"Target {targets[i]}:\n");
            text.Append($"   Maximum allowed connections       : {wanted}\n");
            text.Append($"   Currently established connections : {open}\n");
            text.Append($"   Session hash max depth            : {depths[i]}\n");
        }

        return text.ToString();
    }

    private static OutputText Set(ILiveRun run, string number) =>
        !CNumber.TryRead(number, out int wanted) || wanted < 0 ? OutputText.Text(NoNumber)
        : run.TrySet(wanted, out string error) ? OutputText.Nothing
        : new OutputText("", [error]);

    private static OutputText TogglePing(ILiveRun run)
    {
        bool on = !run.PingIsOn;
        return run.TryPing(on, out string error)
            ? OutputText.Text(on ? "Ping enabed\n" : "Ping disabled\n")
            : new OutputText("", [error]);
    }
}
