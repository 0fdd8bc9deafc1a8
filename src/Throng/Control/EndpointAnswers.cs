using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>`details` and `listeners`: what each address has, summed over the workers.</summary>
public static class EndpointAnswers
{
    /// <summary>Values of a question about endpoints.</summary>
    public const long AboutTargets = 0;

    public const long AboutListeners = 1;

    public static Answer Targets(ILiveRun run) => Asked.Of<EndpointRow>(
        run, WorkerMessageKind.Details, AboutTargets, (rows, _) => Lines(rows, run.Targets, row =>
            $"wanted {Units.Count(row.Wanted)}, open {Units.Count(row.Open)}, "
                + $"connecting {Units.Count(row.Connecting)}, opened {Units.Count(row.Opened)}, "
                + $"failed {Units.Count(row.Failed)}, lost {Units.Count(row.Lost)}"));

    public static Answer Listeners(ILiveRun run) => run.Listening.Count == 0
        ? Answer.Read("this run listens nowhere")
        : Asked.Of<EndpointRow>(
            run, WorkerMessageKind.Details, AboutListeners, (rows, _) => Lines(rows, run.Listening, row =>
            {
                string connections = $"accepted {Units.Count(row.Opened)}, open {Units.Count(row.Open)}";
                string datagrams = $"{Units.Several(row.Datagrams, "datagrams")} received";
                return run.Transport == Transport.Datagram ? datagrams
                    : run.HasDatagrams ? $"{connections}, {datagrams}"
                    : connections;
            }));

    private static string Lines(
        IEnumerable<EndpointRow> rows, IReadOnlyList<SockAddr> addresses, Func<EndpointRow, string> write) =>
        string.Concat(Sums(rows, addresses).Select(row => $"{row.Address}: {write(row)}\n"));

    /// <summary>One row per address in the order the run names them, those without any row included.</summary>
    private static IEnumerable<EndpointRow> Sums(IEnumerable<EndpointRow> rows, IReadOnlyList<SockAddr> addresses)
    {
        Dictionary<SockAddr, EndpointRow> sums = [];
        foreach (SockAddr address in addresses)
        {
            sums[address] = new EndpointRow(address, 0, 0, 0, 0, 0, 0);
        }

        foreach (EndpointRow row in rows)
        {
            if (sums.TryGetValue(row.Address, out EndpointRow? sum))
            {
                sums[row.Address] = new EndpointRow(
                    row.Address, sum.Wanted + row.Wanted, sum.Open + row.Open, sum.Connecting + row.Connecting,
                    sum.Opened + row.Opened, sum.Failed + row.Failed, sum.Lost + row.Lost,
                    sum.Datagrams + row.Datagrams);
            }
        }

        return addresses.Distinct().Select(address => sums[address]);
    }
}
