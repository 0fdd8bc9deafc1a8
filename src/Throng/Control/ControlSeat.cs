using System.Net.Sockets;
using Throng.Linux;

namespace Throng;

/// <summary>A client of a control socket, and when it last said something. Any thread.</summary>
internal sealed class ControlSeat(Socket client)
{
    private const long Answering = long.MaxValue;

    private long _silentSinceNs = Clock.NowNs();

    /// <summary>0 while it is being answered.</summary>
    public long SilentForNs(long nowNs) => Math.Max(0, nowNs - Volatile.Read(ref _silentSinceNs));

    public void BeginAnswer() => Volatile.Write(ref _silentSinceNs, Answering);

    public void EndAnswer() => Volatile.Write(ref _silentSinceNs, Clock.NowNs());

    /// <summary>Ends what waits for its next line.</summary>
    public void HangUp()
    {
        try
        {
            client.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has left by itself.
        }
    }
}
