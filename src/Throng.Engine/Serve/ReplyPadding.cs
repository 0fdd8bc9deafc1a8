using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Fills what an echo sends back up with zeros, so that every reply has the same number of bytes. What was received at
/// once is one message; one longer than a reply goes back as several. Owner: the worker's thread.
/// </summary>
internal sealed class ReplyPadding(int replyBytes)
{
    private readonly byte[] _reply = new byte[replyBytes];

    /// <summary>Sends back what came.</summary>
    /// <returns>How many bytes that are; 0 when there was no buffer for them and the connection is closed.</returns>
    public int Take(ref Act act, Handle connection, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        int padding = (replyBytes - (bytes.Length % replyBytes)) % replyBytes;
        int copied = bytes.Length < replyBytes ? bytes.Length : 0;
        int whole = bytes.Length + padding;
        if (copied > 0)
        {
            bytes.CopyTo(_reply); // in one piece, as one segment
        }
        else
        {
            act.Forward(connection, ref lease);
        }

        Span<byte> copy = _reply.AsSpan(0, copied + padding);
        copy[copied..].Clear();
        if (copy.Length > 0 && !act.TryForwardCopy(connection, copy))
        {
            act.Close(connection, CloseReason.NoMemory); // 256 MiB are under way on this worker
            return 0;
        }

        return whole;
    }
}
