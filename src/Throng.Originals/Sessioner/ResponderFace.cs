using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>The prompt of sessioner_responder.</summary>
/// <param name="hashSize">Buckets of the table whose depth is told.</param>
/// <param name="outlivesInput">The end of the input does not quit.</param>
public sealed class ResponderFace(int hashSize, bool isDebugging, bool outlivesInput)
    : SessionerFace("responder", isDebugging, outlivesInput, Commands)
{
    private const int ListenerHashSize = 1000;

    private static readonly (string, string)[] Commands =
    [
        ("status", "show number of currently connected clients"),
        ("list", "list IP addresses and ports of all established sessions"),
        ("listeners", "show information about active listeners"),
        ("debug", "toggle the debug log"),
        ("quit", "close all clients and exit"),
    ];

    private protected override OutputText? Execute(ILiveRun run, string line) => line switch
    {
        "status" => OutputText.Text(Status(run)),
        "list" => OutputText.Text(List(run)),
        "listeners" => OutputText.Text(Listeners(run)),
        "debug" => ToggleDebug(run),
        _ => null,
    };

    private string Status(ILiveRun run) => new StatusLines()
        .Add("Connected clients", run.Sample().Open)
        .Add("Active listeners", run.Listening.Count)
        .Add("Clients hash size", hashSize)
        .Add("Clients hash max depth", HashDepth.Measure(Rows<SlotsRow>(run, WorkerMessageKind.Slots, 0), hashSize))
        .Add("Listeners hash max depth", HashDepth.OfFirst(run.Listening.Count, ListenerHashSize))
        .Add("Max descriptors limit", Limit)
        .Add("Debug output", run.DebugIsOn)
        .ToString();

    private static string List(ILiveRun run)
    {
        ConnectionRow[] rows = [.. Rows<ConnectionRow>(run, WorkerMessageKind.List, int.MaxValue)
            .OrderByDescending(row => row.AgeNs)];
        StringBuilder text = new();
        text.Append($"Connected clients according to internal hash structure: {rows.Length}\n");
        foreach (ConnectionRow row in rows)
        {
            text.Append($"{row.Peer}->{row.Local} : last action {row.IdleNs / Ns.Second} seconds ago\n");
        }

        return text.ToString();
    }

    private static string Listeners(ILiveRun run)
    {
        Dictionary<SockAddr, long> accepted = [];
        foreach (EndpointRow row in Rows<EndpointRow>(run, WorkerMessageKind.Details, 1))
        {
            accepted[row.Address] = accepted.GetValueOrDefault(row.Address) + row.Opened;
        }

        StringBuilder text = new();
        text.Append($"Active listeners according to internal hash structure: {run.Listening.Count}\n");
        foreach (SockAddr address in run.Listening)
        {
            text.Append($"{address} : {accepted.GetValueOrDefault(address)} accepted connections\n");
        }

        return text.ToString();
    }
}
