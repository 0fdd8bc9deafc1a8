namespace Throng.Originals;

/// <summary>`drop-tcp-socket`: pairs of addresses in, those sockets gone.</summary>
public static class DropTcpSocket
{
    public const string Name = "drop-tcp-socket";

    public static Original Original { get; } = new(
        Name, "ends the sockets on standard input: LOCAL:PORT REMOTE:PORT ...", [],
        _ => Reading.Of(new Job(new DropList(), new PlainFace())))
    {
        Takes = "< PAIRS",
    };
}
