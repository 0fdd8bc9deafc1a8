using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>A packet backend on a simulated wire, used as a loop would use it, and what it told.</summary>
internal sealed class WireClient : IProduce, IDisposable
{
    public static readonly SockAddr Target = SockAddr.FromIPv4(0x0A09_FF01, 7000);
    public static readonly SockAddr Target6 = SockAddr.From(System.Net.IPAddress.Parse("fd00::ff"), 7000);

    private readonly Dictionary<Handle, WireStory> _stories = [];
    private ushort _nextPort;

    public WireClient(
        SimulatedWire wire, int slots = 64, int buffers = 64, PacketOptions? options = null, int frames = 256)
        : this(wire, new SimulatedPort(wire, frames), null, slots, buffers, options)
    {
    }

    /// <param name="over">Stands between the port and the backend; null: nothing does.</param>
    /// <param name="firstPort">The local port of the first connection.</param>
    public WireClient(
        SimulatedWire wire, SimulatedPort port, IFramePort? over, int slots = 64, int buffers = 64,
        PacketOptions? options = null, ushort firstPort = 10_000)
    {
        _nextPort = firstPort;
        Wire = wire;
        Slab = new Slab(slots);
        Pool = new BufferPool(buffers);
        Port = port;
        Link = new SimulatedLink(wire);
        Backend = new PacketBackend(Slab, Pool, over ?? Port, Link, options ?? new PacketOptions
        {
            Secret = 7, Blocks = 256, Chunks = 4096, TimeWaits = 256,
        });
    }

    public SimulatedWire Wire { get; }
    public Slab Slab { get; }
    public BufferPool Pool { get; }
    public SimulatedPort Port { get; }
    public SimulatedLink Link { get; }
    public PacketBackend Backend { get; }
    /// <summary>Whether all that comes is an echo of what was sent.</summary>
    public bool IsCheckingBytes { get; set; } = true;

    public ReceiveMode FirstMode { get; set; } = ReceiveMode.Stream;
    public List<WireStory> Stories { get; } = [];

    public WireStory this[Handle connection] => _stories[connection];

    public Handle HandleOf(WireStory story) => _stories.Single(one => one.Value == story).Key;

    public Handle Open(
        bool isIPv6 = false, SocketOptions options = default, ushort port = 0, SockAddr? target = null)
    {
        Assert.True(Slab.TryAllocate(Role.Client, Phase.Connecting, out Handle connection));
        SockAddr remote = target ?? (isIPv6 ? Target6 : Target);
        ushort localPort = port != 0 ? port : _nextPort++;
        SockAddr local = remote.IsIPv6
            ? SockAddr.From(System.Net.IPAddress.Parse("fd00::1"), localPort)
            : SockAddr.FromIPv4(0x0A09_0001, localPort);
        ref Connection record = ref Slab[connection];
        record.Path = (ushort)(remote.IsIPv6 ? 1 : 0);
        record.LocalPort = localPort;
        WireStory story = new() { Slot = connection.Slot, Port = localPort };
        _stories[connection] = story;
        Stories.Add(story);
        Backend.Open(connection, new OpenSpec(local, remote, options));
        return connection;
    }

    /// <summary>Announces the next so many bytes of the pattern.</summary>
    public void Send(Handle connection, int bytes, SendMode mode = SendMode.Normal)
    {
        WireStory story = _stories[connection];
        Backend.Send(connection, bytes, story.AnnouncedBytes, mode);
        story.AnnouncedBytes += bytes;
    }

    public void Close(Handle connection, CloseKind kind = CloseKind.Fin)
    {
        _stories[connection].CloseIsAsked = true;
        Backend.Close(connection, kind);
    }

    /// <summary>One poll; true when something happened.</summary>
    public bool Poll(long untilNs)
    {
        ReadOnlySpan<Completion> completions = Backend.Poll(untilNs, this);
        foreach (ref readonly Completion completion in completions)
        {
            Take(completion);
        }

        Assert.Equal(0, Port.Taken);
        return completions.Length > 0;
    }

    /// <summary>Turns backend and wire until it holds, or the virtual time is over.</summary>
    public bool RunUntil(Func<bool> holds, long forNs = 600_000_000_000, Func<long>? act = null)
    {
        long endNs = Wire.NowNs + forNs;
        while (!holds())
        {
            if (Wire.NowNs >= endNs)
            {
                return false;
            }

            long actNs = act?.Invoke() ?? long.MaxValue;
            if (!Poll(Math.Min(endNs, actNs)) && Port.WakesAtNs > Wire.NowNs)
            {
                Wire.RunUntil(Math.Min(Math.Min(Port.WakesAtNs, actNs), Math.Min(Wire.NextEventNs, endNs)));
            }
        }

        return true;
    }

    public void Settle(long forNs) => RunUntil(() => false, forNs);

    public void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        WireStory story = _stories[connection];
        Assert.True(story.IsOpen && !story.CloseIsAsked, "bytes are asked for while a connection is open");
        Assert.InRange(streamOffset + destination.Length, 1, story.AnnouncedBytes);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = story.PatternAt(streamOffset + i);
        }
    }

    public void Dispose()
    {
        Backend.Dispose();
        Pool.Dispose();
        Slab.Dispose();
    }

    private void Take(in Completion completion)
    {
        Handle connection = completion.Connection;
        Assert.True(Slab.IsLive(connection), $"{completion.Kind} of {connection} comes while it is live");
        WireStory story = _stories[connection];
        Assert.Null(story.Closed);
        if (completion.Kind == Operation.Closed)
        {
            story.Closed = completion.Result;
            Slab.Free(connection);
            return;
        }

        if (story.CloseIsAsked && completion.Kind != Operation.Facts)
        {
            if (!completion.Bytes.IsNone)
            {
                Backend.Release(completion.Bytes);
            }

            return;
        }

        TakeLive(completion, story);
    }

    private void TakeLive(in Completion completion, WireStory story)
    {
        Handle connection = completion.Connection;
        switch (completion.Kind)
        {
            case Operation.Opened:
                Assert.False(story.IsOpen, "a connection opens once");
                story.IsOpen = true;
                Slab[connection].Phase = Phase.Open;
                Backend.Receive(connection, FirstMode);
                break;
            case Operation.Received:
                Assert.True(story.IsOpen && !story.PeerHasFinished, "bytes come between the opening and the FIN");
                Assert.True(completion.Result > 0 && completion.Result == completion.Bytes.Length);
                bool isRight = true;
                foreach (byte one in Backend.BytesOf(completion.Bytes))
                {
                    isRight &= one == story.PatternAt(story.ReceivedBytes++);
                }

                Assert.True(isRight || !IsCheckingBytes, "what comes back is what was sent");
                Backend.Release(completion.Bytes);
                break;
            case Operation.Sent:
                Assert.True(completion.Result > 0);
                story.SentBytes += completion.Result;
                Assert.True(story.SentBytes <= story.AnnouncedBytes);
                break;
            case Operation.PeerFinished:
                Assert.False(story.PeerHasFinished, "a peer finishes once");
                story.PeerHasFinished = true;
                break;
            case Operation.Facts:
                story.Facts = Backend.FactsOf(completion);
                break;
        }
    }
}

/// <summary>Everything that was told of one connection.</summary>
internal sealed class WireStory
{
    public int Slot;
    public ushort Port;
    public bool IsOpen;
    public bool CloseIsAsked;
    public bool PeerHasFinished;
    public long AnnouncedBytes;
    public long SentBytes;
    public long ReceivedBytes;
    public int? Closed;
    public ConnectionFacts? Facts;

    public byte PatternAt(long offset) => (byte)((offset * 167) + (offset >> 8) + (offset >> 14) + (Port * 31));
}
