using Throng.Linux;

namespace Throng.Engine;

/// <summary>A socket that connections are accepted on, or datagrams received.</summary>
internal class Listener
{
    public int Fd; // -1 once it is closed
    public bool IsForDatagrams;
    public bool IsPaced;
    public bool Wants;

    /// <summary>Connections that a paced listener has asked for and that have not come yet.</summary>
    public int Asked;

    /// <summary>True while something is to be taken from it.</summary>
    public bool IsWanted => Wants && (!IsPaced || Asked > 0);

    public void Close()
    {
        if (Fd >= 0)
        {
            _ = Sockets.Close(Fd);
            Fd = -1;
        }
    }
}
