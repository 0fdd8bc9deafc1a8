namespace Throng.Cluster;

/// <summary>
/// One participant's end of the message system that agents and controllers meet at. Every call returns at once and
/// waits for nothing; whatever comes of it comes as a <see cref="BusEvent"/>, in the place where events are taken. One
/// thread calls. A call with an id has exactly one outcome with that id, and a call without one has none. Data that is
/// handed over is not changed afterwards.
/// </summary>
public interface IBus
{
    /// <summary>Messages leave now. While it is false, <see cref="Publish"/> has no effect.</summary>
    bool IsConnected { get; }

    /// <summary>Sends a message to whoever listens now; dropped where the bus is not connected, never kept.</summary>
    void Publish(string subject, ReadOnlyMemory<byte> data);

    /// <summary>Asks whoever listens at a subject: <see cref="Answered"/>, with nothing when nobody did in time.
    /// </summary>
    void Ask(long id, string subject, ReadOnlyMemory<byte> data, TimeSpan timeout);

    /// <summary>Answers a message that was received with an address to answer to.</summary>
    void Answer(string to, ReadOnlyMemory<byte> data);

    /// <summary>
    /// Writes a value: <see cref="Stored"/>. A put that failed may still be applied later; whoever needs to know reads
    /// the key again.
    /// </summary>
    /// <param name="revision">Written only over this revision, 0 for a key that is not there; null: over any.</param>
    void Put(long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision = null);

    /// <summary>
    /// Reads a value: <see cref="Found"/>. Right after it was written it may be the one before, where several nodes
    /// have it.
    /// </summary>
    void Get(long id, Bucket bucket, string key);

    /// <summary>Removes a value, if it can be done now.</summary>
    void Remove(Bucket bucket, string key);

    /// <summary>Reads all values of a bucket: <see cref="Listed"/>.</summary>
    void List(long id, Bucket bucket);

    /// <summary>Stores a document of any size under a name: <see cref="Saved"/>, once it is there whole.</summary>
    void Save(long id, string name, ReadOnlyMemory<byte> document);

    /// <summary>Reads a stored document and checks its digest: <see cref="Loaded"/>.</summary>
    void Load(long id, string name);

    /// <summary>Removes a stored document, if it can be done now.</summary>
    void Discard(string name);
}

/// <summary>The places in which small values are kept.</summary>
public enum Bucket : byte
{
    /// <summary>Agents that are there: a value goes by itself 5 s after it was last written, and nobody is told.
    /// </summary>
    Agents,

    /// <summary>The leader of a run; as short-lived.</summary>
    Leads,

    /// <summary>The plan of a run: kept on disk.</summary>
    Plans,
}
