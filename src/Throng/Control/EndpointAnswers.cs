using System.Text;
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

    public static Answer Targets(ILiveRun run)
    {
        if (!Asked.TryOf(run, WorkerMessageKind.Details, AboutTargets, out List<EndpointRow> rows, out _))
        {
            return Asked.NoAnswer;
        }

        StringBuilder text = new();
        foreach (EndpointRow row in Sums(rows, run.Targets))
        {
            text.Append($"{row.Address}: wanted {Units.Count(row.Wanted)}, open {Units.Count(row.Open)}, "
                + $"connecting {Units.Count(row.Connecting)}, opened {Units.Count(row.Opened)}, "
                + $"failed {Units.Count(row.Failed)}, lost {Units.Count(row.Lost)}\n");
        }

        return Answer.Read(text.ToString());
    }

    public static Answer Listeners(ILiveRun run)
    {
        if (run.Listening.Count == 0)
        {
            return Answer.Read("this run listens nowhere");
        }

        if (!Asked.TryOf(run, WorkerMessageKind.Details, AboutListeners, out List<EndpointRow> rows, out _))
        {
            return Asked.NoAnswer;
        }

        StringBuilder text = new();
        foreach (EndpointRow row in Sums(rows, run.Listening))
        {
            string connections = $"accepted {Units.Count(row.Opened)}, open {Units.Count(row.Open)}";
            string datagrams = $"{Units.Count(row.Datagrams)} datagrams received";
            text.Append(run.Transport == Transport.Datagram ? $"{row.Address}: {datagrams}\n"
                : run.HasDatagrams ? $"{row.Address}: {connections}, {datagrams}\n"
                : $"{row.Address}: {connections}\n");
        }

        return Answer.Read(text.ToString());
    }

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
