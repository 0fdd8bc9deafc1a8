using Throng.Engine;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>One connection of a packet backend to a peer that a test plays, segment by segment.</summary>
internal sealed class Script : IDisposable
{
    public const uint First = 100_000;

    public Script(SocketOptions options = default, uint first = First, int blocks = 64, bool isIPv6 = false)
    {
        Wire = new SimulatedWire(1, WireFaults.None);
        Peer = new ScriptedPeer(Wire);
        Wire.Peer = Peer;
        Client = new WireClient(Wire, options: new PacketOptions
        {
            Secret = 7, Blocks = blocks, Chunks = 1024, TimeWaits = 64, FirstSequence = first,
        });
        Connection = Client.Open(isIPv6, options);
    }

    public SimulatedWire Wire { get; }
    public ScriptedPeer Peer { get; }
    public WireClient Client { get; }
    public Handle Connection { get; }
    public WireStory Story => Client[Connection];
    public PacketCounts Counts => Client.Backend.Counts;

    /// <summary>A script whose handshake is over.</summary>
    public static Script Opened(
        SocketOptions options = default, int mss = 1460, int scale = -1, int window = 65_535, uint first = First,
        bool takesSacks = false)
    {
        Script script = new(options, first);
        script.Expect(PeerSegment.Syn, seq: first);
        script.Peer.Window = window;
        script.Accept(mss, scale, takesSacks);
        Assert.True(script.Story.IsOpen);
        script.Expect(PeerSegment.Ack, seq: first + 1, ack: script.Peer.Next);
        return script;
    }

    public void Accept(int mss = 1460, int scale = -1, bool takesSacks = false)
    {
        byte[] options = [2, 4, (byte)(mss >> 8), (byte)mss];
        options = scale < 0 ? options : [.. options, 1, 3, 3, (byte)scale];
        options = takesSacks ? [.. options, 1, 1, 4, 2] : options;
        Peer.Expected = Peer.Last.Seq + 1;
        Peer.Send(PeerSegment.Syn | PeerSegment.Ack, options: options);
        Pass();
    }

    /// <summary>Lets a little time pass: what was sent arrives, and what that leads to.</summary>
    public void Pass(long forNs = 1_000_000) => Client.Settle(forNs);

    /// <summary>The next segment that came to the peer; what is not given may be anything.</summary>
    public PeerSegment Expect(int flags, int bytes = 0, uint? seq = null, uint? ack = null, int? window = null)
    {
        if (Peer.Waiting == 0)
        {
            Pass();
        }

        Assert.True(Peer.Waiting > 0, "a segment came");
        PeerSegment segment = Peer.Dequeue();
        string text = segment.ToString();
        Assert.True(flags == (segment.Flags & ~PeerSegment.Psh), $"flags {flags} but {text}");
        Assert.True(bytes == segment.Payload.Length, $"bytes {bytes} but {text}");
        Assert.True((seq ?? segment.Seq) == segment.Seq, $"seq {seq} but {text}");
        Assert.True((ack ?? segment.AckSeq) == segment.AckSeq, $"ack {ack} but {text}");
        Assert.True((window ?? segment.Window) == segment.Window, $"window {window} but {text}");
        return segment;
    }

    /// <summary>Nothing more has come to the peer.</summary>
    public void ExpectNothing(long forNs = 1_000_000)
    {
        Pass(forNs);
        Assert.True(Peer.Waiting == 0, Peer.Waiting > 0 ? $"nothing came but {Peer.Dequeue()}" : "");
    }

    public void Dispose() => Client.Dispose();
}
