using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>Reaction of a scripted server to one query.</summary>
/// <param name="Messages">Sent in this order; none: it stays silent.</param>
internal sealed record Reply(params byte[][] Messages)
{
    /// <summary>Closes the connection, in order, behind them.</summary>
    public bool Closes { get; init; }

    public TimeSpan After { get; init; }

    /// <summary>Sends them from another port than they were asked at (UDP).</summary>
    public bool IsFromElsewhere { get; init; }
}

/// <summary>
/// A DNS server over TCP or UDP on loopback that does about each query what its script says: the query's bytes and its
/// number on that connection (over UDP of all), from 0.
/// </summary>
internal sealed class ScriptedDnsServer : IDisposable
{
    private readonly Socket _socket;
    private readonly Socket _elsewhere = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<byte[], int, Reply> _script;
    private readonly int _clientsMax;
    private readonly bool _hasNagle;
    private int _clients;

    /// <param name="clientsMax">Accepts so many and lets the others wait.</param>
    /// <param name="hasNagle">Writes length and message one by one, and lets the kernel hold the second back.</param>
    public ScriptedDnsServer(
        Func<byte[], int, Reply> script, bool isUdp = false, int clientsMax = int.MaxValue, bool hasNagle = false)
    {
        _hasNagle = hasNagle;
        _script = script;
        _clientsMax = clientsMax;
        if (isUdp)
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.One()));
            _ = AnswerDatagrams();
        }
        else
        {
            _socket = Peer.Listen();
            _ = AcceptAll();
        }
    }

    public string Address => $"127.0.0.1:{Peer.PortOf(_socket)}";

    /// <summary>The query as an answer to itself.</summary>
    public static byte[] Answer(byte[] query, int code = 0, bool isTruncated = false)
    {
        byte[] answer = [.. query];
        answer[2] = (byte)(0x80 | (isTruncated ? 0x02 : 0));
        answer[3] = (byte)code;
        return answer;
    }

    public static int IdOf(byte[] query) => BinaryPrimitives.ReadUInt16BigEndian(query);

    public void Dispose()
    {
        _socket.Dispose();
        _elsewhere.Dispose();
    }

    private static bool IsOver(Exception ended) =>
        ended is SocketException or ObjectDisposedException or EndOfStreamException or IOException;

    private async Task AcceptAll()
    {
        try
        {
            while (_clients < _clientsMax)
            {
                Socket client = await _socket.AcceptAsync();
                _clients++;
                client.NoDelay = !_hasNagle;
                _ = Talk(new NetworkStream(client, ownsSocket: true));
            }
        }
        catch (Exception ended) when (IsOver(ended))
        {
            // The test is over.
        }
    }

    private async Task Talk(NetworkStream stream)
    {
        byte[] length = new byte[2];
        try
        {
            await using NetworkStream closing = stream;
            for (int number = 0; ; number++)
            {
                await stream.ReadExactlyAsync(length);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                Reply reply = _script(query, number);
                await Task.Delay(reply.After);
                foreach (byte[] message in reply.Messages)
                {
                    byte[] prefixed = new byte[2 + message.Length];
                    BinaryPrimitives.WriteUInt16BigEndian(prefixed, (ushort)message.Length);
                    message.CopyTo(prefixed, 2);
                    int head = _hasNagle ? 2 : prefixed.Length;
                    await stream.WriteAsync(prefixed.AsMemory(0, head));
                    await stream.WriteAsync(prefixed.AsMemory(head));
                }

                if (reply.Closes)
                {
                    return;
                }
            }
        }
        catch (Exception ended) when (IsOver(ended))
        {
            // The client has gone.
        }
    }

    private async Task AnswerDatagrams()
    {
        byte[] buffer = new byte[1024];
        try
        {
            for (int number = 0; ; number++)
            {
                SocketReceiveFromResult from = await _socket.ReceiveFromAsync(
                    buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                Reply reply = _script(buffer[..from.ReceivedBytes], number);
                Socket sender = reply.IsFromElsewhere ? _elsewhere : _socket;
                foreach (byte[] message in reply.Messages)
                {
                    await sender.SendToAsync(message, SocketFlags.None, from.RemoteEndPoint);
                }
            }
        }
        catch (Exception ended) when (IsOver(ended))
        {
            // The test is over.
        }
    }
}
