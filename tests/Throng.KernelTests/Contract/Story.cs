using Throng.Engine;

namespace Throng.KernelTests.Contract;

/// <summary>Record of what was reported about one connection, and what was asked of it.</summary>
internal sealed class Story
{
    public bool IsOpen;
    public bool CloseIsAsked;
    public bool PeerHasFinished;
    public long AnnouncedBytes;
    public long SentBytes;
    public long LastSentNs;

    /// <summary>0 or -errno; null until Closed came.</summary>
    public int? Closed;

    public int? FactsResult;
    public ConnectionFacts Facts;
    public int Listener = -1;
    public bool IsDatagram;

    /// <summary>Errors that datagrams were refused with.</summary>
    public List<int> Refusals { get; } = [];

    /// <summary>How long each piece was, as it came.</summary>
    public List<int> PieceBytes { get; } = [];

    /// <summary>Everything received, in order.</summary>
    public MemoryStream Received { get; } = new();

    /// <summary>True when what was received are the first bytes of the pattern, and so many.</summary>
    public bool HasReceived(long bytes) => Received.Length == bytes && IsPattern();

    public bool IsPattern()
    {
        ReadOnlySpan<byte> all = Received.GetBuffer().AsSpan(0, (int)Received.Length);
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] != PatternAt(i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Byte that every side sends at an offset of its stream; does not repeat where buffers end.</summary>
    public static byte PatternAt(long offset) => (byte)((offset * 167) + (offset >> 8) + (offset >> 14));
}
