using System.Net;
using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>`user-echo-server`: an echo whose every reply is filled up to 512 bytes. It takes no options.</summary>
public static class UserEchoServer
{
    public const string Name = "user-echo-server";

    private const int ReplyBytes = 512;

    public static Original Original { get; } = new(
        Name, "echo on port 12345, replies of 512 bytes", [], _ => Reading.Of(new Job(
            new ServeSpec
            {
                Listen = [new ListenAddress(SockAddr.From(IPAddress.Any, Kecho.PortDefault), DualStack: false)],
                ReplyBytes = ReplyBytes,
            },
            new UserEchoServerFace())))
    {
        Takes = "",
    };
}
