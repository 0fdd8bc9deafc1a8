using System.Net;
using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>`tcpserver` of tcpscaler: an echo on every address. It takes a port and no options.</summary>
public static class TcpServer
{
    public const string Name = "tcpserver";

    private const int PortDefault = 4242;
    private const int Backlog = 8192;

    public static Original Original { get; } = new(Name, "echo on port 4242, or the one that is given", [], Read)
    {
        Takes = "[PORT]",
    };

    private static Reading Read(IReadOnlyList<string> words)
    {
        int port = PortDefault;
        if (words.Count > 0 && (!CNumber.TryRead(words[0], out port) || port is < 1 or > ushort.MaxValue))
        {
            return Reading.Refuse(1, "Invalid port");
        }

        ServeSpec serve = new()
        {
            Listen = [new ListenAddress(SockAddr.From(IPAddress.IPv6Any, port), DualStack: true)],
            Backlog = Backlog,
        };
        return Reading.Of(new Job(serve, new TcpServerFace(port)));
    }
}
