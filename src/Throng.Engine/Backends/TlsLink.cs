using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>Where TLS is on one connection.</summary>
internal enum TlsState : byte
{
    /// <summary>Unused, or ended: its socket's name may be somebody else's by now.</summary>
    None = 0,

    /// <summary>TCP is connecting.</summary>
    Connecting,
    Handshaking,
    Open,

    /// <summary>Asked to end, or failed; the inner backend's Closed is still to come.</summary>
    Closing,
}

/// <summary>
/// State that the TLS backend keeps of one connection, by its slot in the slab, outside the managed heap.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TlsLink
{
    /// <summary>The TLS end; 0 before TCP is established, unless an address is to be in the certificate.</summary>
    public nint Tls;

    /// <summary>The connection's name with the inner backend.</summary>
    public Handle Socket;

    /// <summary>When TCP was established.</summary>
    public long BeganNs;

    /// <summary>First and last buffer of ciphertext that is yet to be decrypted, 0 for none.</summary>
    public int InHead;
    public int InTail;

    /// <summary>
    /// The buffer that ciphertext to send gathers in, 0 for none; and how much plaintext that stands for.
    /// </summary>
    public int OutBuffer;
    public int OutBytes;
    public int OutPlainBytes;

    /// <summary>Ciphertext the inner backend has and has not told as sent: one buffer at most.</summary>
    public int SendingBytes;
    public int SendingPlainBytes;

    /// <summary>When the ciphertext under way was handed to the inner backend.</summary>
    public long HandedNs;

    /// <summary>The turn that plaintext was last given in.</summary>
    public uint GaveInTurn;

    public TlsState State;

    /// <summary>How the workload wants to receive, and how the inner backend was told to.</summary>
    public ReceiveMode Mode;
    public ReceiveMode InnerMode;

    /// <summary>The errno TLS failed with; 0 for none.</summary>
    public byte Errno;

    /// <summary>The workload asked for the end: whatever the kernel says of it, it is no error.</summary>
    public bool EndIsAsked;

    /// <summary>The inner backend was told to close.</summary>
    public bool InnerCloseIsAsked;

    /// <summary>The last byte is encrypted, and close_notify after it; the FIN is to follow, or was sent.</summary>
    public bool HasFinished;
    public bool FinIsSent;

    /// <summary>OpenSSL may hold decrypted bytes that found no room.</summary>
    public bool MayHoldMore;

    /// <summary>The peer's FIN was read; ciphertext from before it may still wait.</summary>
    public bool SocketHasFinished;

    /// <summary>The workload was told that the peer sends nothing more.</summary>
    public bool PeerFinishedIsTold;

    /// <summary>Stands among those to look at in the next turn; among those that wait for a buffer.</summary>
    public bool IsQueued;
    public bool IsStarving;
}
