using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;
using Xunit;
using Sockets = Throng.Linux.Sockets;

namespace Throng.KernelTests;

/// <summary>The map that echoes: what is in it, what came before it, and that nothing stays in it.</summary>
public sealed class EchoMapsTests : IDisposable
{
    private const int SocketsMax = 8;

    /// <summary>The kernel's number of the state after the peer's FIN.</summary>
    private const int CloseWait = 8;

    private readonly EchoMaps _maps;

    /// <summary>Made in the test, which has a network of its own; the constructor comes before it has.</summary>
    private readonly Lazy<Socket> _listener = new(() => Peer.Listen());

    public EchoMapsTests()
    {
        Needs.Root();
        Needs.Host(Capabilities.Read() is { LoadsPrograms: true, ChangesNetwork: true }, "programs cannot be loaded");
        _maps = new EchoMaps(SocketsMax);
    }

    public void Dispose()
    {
        _maps.Dispose();
        if (_listener.IsValueCreated)
        {
            _listener.Value.Dispose();
        }
    }

    [Fact]
    public void Bytes_that_came_before_are_echoed_first()
    {
        using Socket client = Connect(out int fd);
        client.Send([1, 2, 3]);
        Eventually.Holds(() => EchoBacklog.Of(fd) == 3, () => $"{EchoBacklog.Of(fd)} of 3 bytes lie in the queue");
        Assert.Equal(0, _maps.Insert(fd));
        client.Send([4, 5]);
        byte[] received = new byte[5];
        for (int read = 0; read < received.Length;)
        {
            read += client.Receive(received, read, received.Length - read, SocketFlags.None);
        }

        Assert.Equal([1, 2, 3, 4, 5], received);
        Assert.Equal(5, _maps.Read()[EchoVerdict.Bytes]);
        Assert.Equal(0, EchoBacklog.Of(fd));
        _ = Descriptors.Close(fd);
    }

    [Fact]
    public void A_full_map_refuses_and_a_closed_socket_makes_room()
    {
        List<Socket> clients = [];
        List<int> fds = [];
        List<ulong> cookies = [];
        for (int i = 0; i <= SocketsMax; i++)
        {
            clients.Add(Connect(out int fd));
            fds.Add(fd);
            Assert.True(Sockets.Cookie(fd, out ulong cookie) >= 0);
            cookies.Add(cookie);
            Assert.Equal(i < SocketsMax ? 0 : -Errno.E2BIG, _maps.Insert(fd));
        }

        Assert.Equal(SocketsMax, cookies.Count(IsInMap));
        fds.ForEach(fd => Descriptors.Close(fd));
        Eventually.Holds(() => !cookies.Exists(IsInMap), () => $"{cookies.Count(IsInMap)} are in the map");
        using Socket next = Connect(out int nextFd);
        Assert.Equal(0, _maps.Insert(nextFd));
        _ = Descriptors.Close(nextFd);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void One_whose_peer_has_finished_is_not_taken()
    {
        using Socket client = Connect(out int fd);
        client.Shutdown(SocketShutdown.Send);
        Eventually.Holds(
            () => Sockets.TcpFacts(fd, out tcp_info facts) > 0 && facts.tcpi_state == CloseWait, () => "no FIN comes");
        Assert.Equal(-Errno.EOPNOTSUPP, _maps.Insert(fd));
        _ = Descriptors.Close(fd);
    }

    [Fact]
    public void Maps_are_written_read_and_emptied()
    {
        int map = BpfMap.Create(BpfMapKind.Hash, sizeof(uint), sizeof(ulong), 4, "test");
        Assert.True(map >= 0);
        for (uint key = 0; key < 4; key++)
        {
            Assert.Equal(0, BpfMap.Update(map, key, 10UL * key));
        }

        Assert.Equal(-Errno.E2BIG, BpfMap.Update(map, 9u, 0UL));
        uint[] keys = new uint[8];
        ulong[] values = new ulong[8];
        Assert.Equal(4, BpfMap.LookupMany<uint, ulong>(map, keys, values));
        Assert.Equal(60u, values[0] + values[1] + values[2] + values[3]);
        Assert.Equal(0, BpfMap.Delete(map, 3u));
        Assert.Equal(-Errno.ENOENT, BpfMap.Lookup<uint, ulong>(map, 3u, values));
        _ = Descriptors.Close(map);
    }

    [Fact]
    public void A_program_that_is_refused_says_why()
    {
        BpfAssembler asm = new();
        asm.Load(BpfRegister.R0, BpfRegister.R5, 0, BpfSize.U32); // nobody has put anything there
        asm.Exit();
        int refused = BpfProgram.Load(BpfProgramKind.Xdp, asm.Build(), "test", BpfAttachment.Xdp, out string log);
        Assert.Equal(-Errno.EACCES, refused);
        Assert.Contains("R5 !read_ok", log, StringComparison.Ordinal);
    }

    private bool IsInMap(ulong cookie) => BpfMap.Lookup(_maps.SocketsFd, cookie, new ulong[1].AsSpan()) >= 0;

    private Socket Connect(out int accepted)
    {
        Socket listener = _listener.Value;
        Socket client = Peer.Connect(Peer.PortOf(listener));
        Assert.True(listener.Poll(Eventually.Patience, SelectMode.SelectRead));
        accepted = Sockets.Accept((int)listener.Handle);
        Assert.True(accepted >= 0);
        return client;
    }
}
