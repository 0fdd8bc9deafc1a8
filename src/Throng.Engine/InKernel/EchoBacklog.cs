using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// How many bytes of a connection the kernel has received and not yet put into its send queue. They wait in the
/// program's own queue, which no window and no buffer limits, and a close would lose them.
/// </summary>
internal static class EchoBacklog
{
    private const byte TcpCloseWait = 8;

    /// <summary>Bytes, or -errno of a socket that does not tell.</summary>
    public static long Of(int fd)
    {
        int result = Sockets.TcpFacts(fd, out tcp_info facts);
        if (result < 0)
        {
            return result;
        }

        // A FIN counts as a byte received.
        ulong received = facts.tcpi_bytes_received - (facts.tcpi_state == TcpCloseWait ? 1UL : 0);
        ulong written = facts.tcpi_bytes_sent - facts.tcpi_bytes_retrans + facts.tcpi_notsent_bytes;
        return Math.Max(0, (long)(received - written));
    }
}
