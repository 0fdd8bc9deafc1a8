using Throng.Linux;

namespace Throng.Engine;

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

    public Queue<StreamEnd> Waiting { get; } = new();

    /// <summary>Whether a connect to this address comes here.</summary>
    public bool Takes(in SockAddr remote)
    {
        if (remote.Port != Address.Port)
        {
            return false;
        }

        bool isWildcard = Address.WithPort(0) == SockAddr.Any4 || Address.WithPort(0) == SockAddr.Any6;
        return isWildcard ? remote.Family == Address.Family || DualStack : remote == Address;
    }
}
