using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>A side that connects and one that listens, turned by the test's thread until something holds.</summary>
internal sealed class Pair : IDisposable
{
    private static readonly long PatienceNs = (long)Eventually.Patience.TotalNanoseconds;

    private readonly SimulatedNetwork? _network;
    private readonly PacketCable? _cable;

    public Pair(
        string engine, int clientSlots, int serverSlots, int buffers, ulong seed = 1,
        int bufferBytes = BufferPool.BufferBytes)
    {
        string[] engines = engine.Split(BackendUnderTest.To);
        if (engines.Length > 1)
        {
            _cable = new PacketCable();
            Client = new Side(_cable, clientSlots, buffers);
            Server = new Side(engines[1], null, serverSlots, 0, buffers, bufferBytes) { Home = PacketCable.Server };
            return;
        }

        _network = BackendUnderTest.NetworkOf(engine, seed);
        Client = new Side(engine, _network, clientSlots, clientSlots, buffers, bufferBytes);
        Server = new Side(engine, _network, serverSlots, 0, buffers, bufferBytes);
    }

    public Side Client { get; }
    public Side Server { get; }

    /// <summary>Null on a real kernel.</summary>
    public SimulatedNetwork? Network => _network;

    /// <summary>Turns both sides until it holds; fails when it never does.</summary>
    public void Until(Func<bool> holds, string what)
    {
        long beganNs = Client.Backend.NowNs();
        while (!holds())
        {
            Assert.True(Client.Backend.NowNs() - beganNs < PatienceNs, $"in the end: {what}");
            Step();
        }
    }

    /// <summary>
    /// Turns the server alone, so that what it does comes to the client at once later. A simulated network needs both.
    /// </summary>
    public void ServerUntil(Func<bool> holds, string what)
    {
        long endNs = Server.Backend.NowNs() + PatienceNs;
        while (_network is null && !holds())
        {
            Assert.True(Server.Backend.NowNs() < endNs, $"in the end: {what}");
            Server.Poll(Server.Backend.NowNs() + 200_000);
        }

        Until(holds, what);
    }

    /// <summary>
    /// Turns both sides for a while, in which nothing may be expected. At least so many times, too: on a busy machine
    /// the while may be over before they have come to do anything.
    /// </summary>
    public void Settle(int milliseconds = 30)
    {
        long endNs = Client.Backend.NowNs() + (milliseconds * 1_000_000L);
        for (int turn = 0; turn < milliseconds || Client.Backend.NowNs() < endNs; turn++)
        {
            Step();
        }
    }

    /// <summary>A connection that is open on both sides.</summary>
    public (Handle Client, Handle Server) Connect(SockAddr target)
    {
        int accepted = Server.Accepted.Count;
        Handle client = Client.Open(target);
        Until(() => Client[client].IsOpen && Server.Accepted.Count > accepted, "a connection opens on both sides");
        return (client, Server.Accepted[^1]);
    }

    /// <summary>Closes all there is and checks that nothing is left.</summary>
    public void CloseAll()
    {
        foreach (Side side in (Side[])[Client, Server])
        {
            for (int slot = 0; slot < side.Slab.HighWater; slot++)
            {
                Handle connection = side.Slab.HandleAt(slot);
                if (!connection.IsNone)
                {
                    side.Close(connection);
                }
            }
        }

        Until(() => Client.Slab.Used == 0 && Server.Slab.Used == 0, "every connection that is closed ends");
        Assert.Equal(0, Client.BuffersInFlight);
        Assert.Equal(0, Server.BuffersInFlight);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _cable?.Dispose();
    }

    private void Step()
    {
        if (Client.Poll(0) | Server.Poll(0))
        {
            return;
        }

        if (_network is not null)
        {
            _network.RunUntil(Math.Min(_network.NextEventNs, _network.NowNs + 1_000_000));
            return;
        }

        Client.Poll(Client.Backend.NowNs() + 200_000);
        Server.Poll(Server.Backend.NowNs() + 200_000);
    }
}
