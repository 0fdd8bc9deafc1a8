namespace Throng.Engine;

/// <summary>The modes of a server as a person writes them and as results have them.</summary>
public static class ServeModes
{
    public static string Name(ServeMode mode) => mode switch
    {
        ServeMode.Sink => "sink",
        ServeMode.Exchange => "exchange",
        ServeMode.Stamp => "stamp",
        ServeMode.Later => "later",
        _ => "echo",
    };

    /// <summary>Names the transports for which an address is listened on.</summary>
    public static string Name(IReadOnlyList<Transport> transports) =>
        transports.Count > 1 ? "tcp+udp" : transports[0] == Transport.Datagram ? "udp" : "tcp";

    /// <summary>The mode of that name; echo for any other.</summary>
    public static ServeMode Parse(string name) => name switch
    {
        "sink" => ServeMode.Sink,
        "exchange" => ServeMode.Exchange,
        "stamp" => ServeMode.Stamp,
        "later" => ServeMode.Later,
        _ => ServeMode.Echo,
    };
}
