using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// One end of a cable whose packets to 10.9.0.100-131 and fd00:9::100-11f come to the test, and the kernel's other end.
/// </summary>
internal sealed class PacketWire : IDisposable
{
    public static readonly IPAddress[] Ours =
    [
        .. Enumerable.Range(100, 32).Select(number => IPAddress.Parse($"10.9.0.{number}")),
        .. Enumerable.Range(0x100, 32).Select(number => IPAddress.Parse($"fd00:9::{number:x}")),
    ];

    private readonly ArrivedFrame[] _arrived = new ArrivedFrame[64];

    public PacketWire(PacketSpec? spec = null)
    {
        VethPair.Connect(Here, There);
        NamespaceThread.Run(Here, () =>
        {
            Eventually.Holds(() => Interfaces.IsUp("here"), () => "the cable is up");
            Interface = Open(spec ?? new PacketSpec("here"));
            Link = new EthernetLink(Interface.Port, Interface.Link);
        });
    }

    public Netns Here { get; } = new();

    public Netns There { get; } = new();

    public PacketInterface Interface { get; private set; } = null!;

    public EthernetLink Link { get; private set; } = null!;

    /// <summary>IP packets to our addresses.</summary>
    public List<byte[]> Packets { get; } = [];

    /// <summary>Answers for the link until something holds; fails when it does not within ten seconds.</summary>
    public void Until(Func<bool> holds, string what)
    {
        long end = Clock.NowNs() + (10 * Ns.Second);
        while (!holds())
        {
            Assert.True(Clock.NowNs() < end, $"in time: {what}");
            Turn(Clock.NowNs() + (20 * Ns.Millisecond));
        }
    }

    public void Turn(long untilNs)
    {
        IFramePort port = Interface.Port;
        Link.Tick(port.NowNs());
        port.Wait(untilNs);
        int count = port.Receive(_arrived);
        for (int i = 0; i < count; i++)
        {
            Span<byte> frame = port.BytesOf(_arrived[i]);
            int at = Link.Strip(frame);
            if (at > 0)
            {
                Packets.Add(frame[at..].ToArray());
            }

            port.Return(_arrived[i]);
        }

        port.Wait(0);
    }

    public void Dispose()
    {
        Interface?.Dispose();
        Here.Dispose();
        There.Dispose();
    }

    /// <summary>Opens the interface in this thread's network, or skips the test with the reason.</summary>
    public static PacketInterface Open(PacketSpec spec)
    {
        try
        {
            return new PacketInterface(spec, Ours);
        }
        catch (SetupException refused) when (refused.Errno is Errno.EPERM or Errno.EAFNOSUPPORT)
        {
            Needs.Host(has: false, refused.Message);
            throw;
        }
    }
}
