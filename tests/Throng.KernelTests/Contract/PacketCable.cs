using Throng.Engine;
using Throng.Linux;

namespace Throng.KernelTests.Contract;

/// <summary>
/// A cable from a namespace, where a packet backend has addresses of its own, to the test's namespace, where a server
/// has sockets.
/// </summary>
internal sealed class PacketCable : IDisposable
{
    private static readonly SockAddr Source = SockAddr.FromIPv4(0x0A09_0064, 0);

    private readonly Netns _place = new();
    private readonly PacketInterface _interface;
    private readonly List<SockAddr> _targets = [];
    private ushort _nextPort = 20_000;

    public PacketCable()
    {
        VethPair.ConnectToTest(_place);
        PacketInterface? opened = null;
        NamespaceThread.Run(_place, () =>
        {
            Eventually.Holds(() => Interfaces.IsUp("here"), () => "the cable is up");
            opened = PacketWire.Open(new PacketSpec("here"));
        });
        _interface = opened!;
    }

    /// <summary>The address that a server listens on.</summary>
    public static SockAddr Server => SockAddr.FromIPv4(0x0A09_0002, 0);

    public IBackend MakeBackend(Slab slab, BufferPool pool) => _interface.MakeBackend(slab, pool);

    /// <summary>Gives a connection the path and the address of ours, as a plan of addresses would.</summary>
    /// <param name="port">Its port; 0: any.</param>
    public SockAddr Assign(ref Connection record, SockAddr remote, ushort port)
    {
        int path = _targets.IndexOf(remote);
        if (path < 0)
        {
            path = _targets.Count;
            _targets.Add(remote);
        }

        record.Path = (ushort)path;
        record.LocalPort = port != 0 ? port : _nextPort++;
        return Source.WithPort(record.LocalPort);
    }

    public void Dispose()
    {
        _interface.Dispose();
        _place.Dispose();
    }
}
