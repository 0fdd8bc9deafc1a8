namespace Throng.Engine;

/// <summary>Kind of request that needs a block.</summary>
internal enum RequestKind : byte
{
    Open,
    Send,
    Forward,
    Close,
}

/// <summary>A request to the backend that waits for a block.</summary>
internal readonly record struct Request(Handle Connection, RequestKind Kind)
{
    /// <summary>Bytes to send; of an Open: seconds before keepalive probes.</summary>
    public int Bytes { get; init; }
    public long StreamOffset { get; init; }
    public SendMode Mode { get; init; }
    public Lease Lease { get; init; }
}
