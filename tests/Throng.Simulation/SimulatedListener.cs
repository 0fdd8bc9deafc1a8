using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>One worker's listener and the connections that wait in its accept queue.</summary>
internal sealed class SimulatedListener(SimulatedBackend backend, int number, SockAddr address, int backlog)
{
    public SimulatedBackend Backend { get; } = backend;
    public int Number { get; } = number;
    public SockAddr Address { get; } = address;
    public int Backlog { get; } = backlog;
    public bool SharesPort { get; init; }
    public bool DualStack { get; init; }
    public bool IsAccepting { get; set; } = true;
    public bool IsForDatagrams { get; init; }
    public bool IsPaced { get; init; }

    /// <summary>No handshake begins here any more.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Connections that a paced listener has asked for and that have not come yet.</summary>
    public int Asked { get; set; }

    public bool HasToAccept => IsAccepting && Waiting.Count > 0 && (!IsPaced || Asked > 0);

    /// <summary>Datagrams nobody has read yet, each with the way it came.</summary>
    public Queue<(DatagramRoute Route, byte[] Bytes)> Datagrams { get; } = new();

    /// <summary>Something waits that the next poll takes.</summary>
    public bool HasWork => HasToAccept || (IsAccepting && Datagrams.Count > 0);

    public Queue<StreamEnd> Waiting { get; } = new();

    /// <summary>Whether a connect to this address comes here.</summary>
    public bool Takes(in SockAddr remote)
    {
        if (remote.Port != Address.Port)
        {
            return false;
        }

        return Address.IsWildcard ? remote.Family == Address.Family || DualStack : remote == Address;
    }
}
