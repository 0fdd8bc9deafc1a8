namespace Throng.Originals;

/// <summary>The originals that can be stood in for, in the order shown.</summary>
public static class AllOriginals
{
    public static IReadOnlyList<Original> All { get; } =
    [
        SessionerInitiator.Original,
        SessionerResponder.Original,
        Tspam.Original,
        Kecho.Original,
        UserEchoServer.Original,
        KechoBench.Original,
        DropTcpSocket.Original,
        SetupScripts.Server,
        SetupScripts.Client,
        Ctraffic.Original,
        QueryClient.Tcp,
        QueryClient.Udp,
        TcpServer.Original,
    ];

    /// <summary>The one of that name; null when there is none.</summary>
    public static Original? Find(string name)
    {
        foreach (Original original in All)
        {
            if (original.Name == name)
            {
                return original;
            }
        }

        return null;
    }
}
