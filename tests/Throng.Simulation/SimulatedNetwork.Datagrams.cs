using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>Datagrams: each goes by itself, and may be lost, doubled or overtaken.</summary>
public sealed partial class SimulatedNetwork
{
    /// <summary>Capacity of a listener's socket buffer, in datagrams; those beyond it are lost.</summary>
    private const int DatagramsWaitingMax = 256;
    private const long OvertakenMaxNs = 20_000_000;

    /// <summary>Ends of datagram connections, by the pair of addresses between which an answer is sent.</summary>
    private readonly Dictionary<AddressPair, StreamEnd> _datagramEnds = [];

    /// <summary>Sends one datagram of a connection to its target.</summary>
    internal void SendDatagram(StreamEnd end, ReadOnlySpan<byte> bytes) =>
        end.Out.LastArrivalNs = Carry(NetworkEventKind.Datagram, end, bytes, end.Out.LastArrivalNs);

    /// <summary>Sends a listener's datagram to whoever is at the other end of the route; nobody may be.</summary>
    internal void Answer(in DatagramRoute route, in SockAddr listener, ReadOnlySpan<byte> bytes)
    {
        SockAddr from = route.Local.Family == 0 ? listener : route.Local.WithPort(listener.Port);
        if (_datagramEnds.TryGetValue(new AddressPair(route.Peer, from), out StreamEnd? end))
        {
            end.LastAnswerNs = Carry(NetworkEventKind.Answer, end, bytes, end.LastAnswerNs);
        }
    }

    /// <summary>A connected datagram socket is open without a packet.</summary>
    private void OpenForDatagrams(StreamEnd end)
    {
        end.IsDatagram = true;
        _datagramEnds[new AddressPair(end.Local, end.Remote)] = end;
        After(0, NetworkEventKind.SynAck, end, 0);
    }

    /// <returns>When the last one arrives that keeps its place.</returns>
    private long Carry(NetworkEventKind kind, StreamEnd end, ReadOnlySpan<byte> bytes, long lastArrivalNs)
    {
        if (Chance(Faults.DatagramLost))
        {
            Note("Lost", end, bytes.Length);
            return lastArrivalNs;
        }

        int copies = Chance(Faults.DatagramDoubled) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++)
        {
            long atNs = NowNs + LatencyNs();
            if (Chance(Faults.DatagramOvertaken))
            {
                atNs += Between(1, OvertakenMaxNs);
            }
            else
            {
                atNs = Math.Max(atNs, lastArrivalNs);
                lastArrivalNs = atNs;
            }

            _events.Add(atNs, kind, end, bytes.Length, bytes.ToArray());
        }

        return lastArrivalNs;
    }

    private void TakeDatagram(StreamEnd client, byte[] bytes)
    {
        if (client.Phase != EndPhase.Established)
        {
            return;
        }

        SimulatedListener? listener = ListenerFor(client.Remote, forDatagrams: true);
        if (listener is null)
        {
            After(LatencyNs(), NetworkEventKind.Refusal, client, Errno.ECONNREFUSED);
        }
        else if (listener.Datagrams.Count < DatagramsWaitingMax)
        {
            SockAddr local = listener.Address.IsWildcard ? client.Remote.WithPort(0) : default;
            listener.Datagrams.Enqueue((new DatagramRoute(listener.Number, client.Local, local), bytes));
        }
    }
}
