using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>Datagrams: connections of them, and listeners, which have none.</summary>
internal sealed partial class Side
{
    /// <summary>Datagrams that came to listeners, in order; their bytes are the pattern of no one's stream.</summary>
    public List<(DatagramRoute Route, byte[] Bytes)> Datagrams { get; } = [];

    /// <summary>Lengths of those that listeners sent, and why others were dropped.</summary>
    public List<int> DatagramsSent { get; } = [];
    public List<int> DatagramsDropped { get; } = [];

    /// <summary>Sends every datagram of a listener back.</summary>
    public bool Answers { get; set; } = true;

    public SockAddr ListenForDatagrams(SockAddr? at = null, bool dualStack = false)
    {
        int result = TryListenForDatagrams(at ?? SockAddr.FromIPv4(0x7F00_0001, 0), dualStack, out SockAddr bound);
        Assert.Equal(0, result);
        return bound;
    }

    public int TryListenForDatagrams(SockAddr at, bool dualStack, out SockAddr bound)
    {
        ListenSpec spec = new(at, 1, SharesPort: false, dualStack, Transport.Datagram);
        int result = Backend.Listen(spec, _listeners, out bound);
        _listeners += result == 0 ? 1 : 0;
        return result;
    }

    public Handle OpenForDatagrams(SockAddr remote, SockAddr local = default, SourceBinding binding = default)
    {
        Assert.True(Slab.TryAllocate(Role.Client, Phase.Connecting, out Handle connection));
        _stories.Add(connection, new Story { IsDatagram = true });
        SocketOptions options = new(KeepAliveSeconds: 10, UserTimeoutMs: 1000, Transport.Datagram);
        Backend.Open(connection, new OpenSpec(local, remote, options, binding));
        return connection;
    }

    private void TakeOfListener(in Completion completion)
    {
        Assert.InRange(completion.Connection.Slot, 0, _listeners - 1);
        switch (completion.Kind)
        {
            case Operation.AcceptFailed:
                Assert.InRange(completion.Result, -4095, -1);
                AcceptFailures.Add(completion.Result);
                break;

            case Operation.Datagram:
                DatagramRoute route = Backend.RouteOf(completion);
                Assert.Equal(completion.Connection.Slot, route.Listener);
                ReadOnlySpan<byte> bytes = Backend.BytesOf(completion.Bytes);
                Assert.Equal(completion.Result, bytes.Length);
                Datagrams.Add((route, bytes.ToArray()));
                if (Answers)
                {
                    Backend.SendTo(route, bytes);
                }

                Backend.Release(completion.Bytes);
                break;

            case Operation.DatagramSent:
                Assert.True(completion.Result >= 0);
                DatagramsSent.Add(completion.Result);
                break;

            case Operation.DatagramDropped:
                Assert.InRange(completion.Result, -4095, -1);
                DatagramsDropped.Add(completion.Result);
                break;

            default:
                Assert.Fail($"{completion.Kind} is of no listener");
                break;
        }
    }
}
