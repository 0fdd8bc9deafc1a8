namespace Throng.Cluster;

/// <summary>Something that came from the message system.</summary>
public abstract record BusEvent;

/// <summary>Messages leave again, for the first time too: whatever may have been missed meanwhile is to be read again.
/// </summary>
public sealed record BusConnected : BusEvent;

/// <summary>The connection is gone; it is tried again without an end.</summary>
public sealed record BusDisconnected(string Reason) : BusEvent;

/// <summary>
/// The message system refuses this participant something: its credentials, or the right to a subject. A publish that it
/// refuses seems to succeed, so this is the only word of it.
/// </summary>
public sealed record BusRefused(string Reason) : BusEvent;

/// <summary>Messages were dropped before they were read, because they came faster.</summary>
public sealed record BusDropped(long Count) : BusEvent;

/// <summary>A message to a subject that this participant listens at.</summary>
/// <param name="ReplyTo">Address to answer to; null: nobody waits.</param>
public sealed record Received(string Subject, ReadOnlyMemory<byte> Data, string? ReplyTo) : BusEvent;

/// <summary>The outcome of <see cref="IBus.Ask"/>; no data: nobody answered in time, or nobody listens.</summary>
public sealed record Answered(long Id, ReadOnlyMemory<byte>? Data) : BusEvent;

/// <summary>The outcome of <see cref="IBus.Put"/>.</summary>
/// <param name="Revision">Of the value written; 0 unless it is done.</param>
public sealed record Stored(long Id, PutOutcome Outcome, ulong Revision) : BusEvent;

public enum PutOutcome : byte
{
    Done,

    /// <summary>Another revision is there: nothing was written.</summary>
    Conflict,

    /// <summary>Nobody knows whether it was written, or will be.</summary>
    Unknown,
}

/// <summary>The outcome of <see cref="IBus.Get"/>.</summary>
/// <param name="Data">Null: no such key, or <paramref name="IsUnknown"/>.</param>
/// <param name="IsUnknown">It could not be read.</param>
public sealed record Found(long Id, ReadOnlyMemory<byte>? Data, ulong Revision, bool IsUnknown) : BusEvent;

/// <summary>The outcome of <see cref="IBus.List"/>; null: it could not be read.</summary>
public sealed record Listed(long Id, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Values) : BusEvent;

/// <summary>The outcome of <see cref="IBus.Save"/>.</summary>
/// <param name="IsWhole">It is there with its size and digest.</param>
public sealed record Saved(long Id, bool IsWhole) : BusEvent;

/// <summary>The outcome of <see cref="IBus.Load"/>; null: it is not there, or not whole.</summary>
public sealed record Loaded(long Id, ReadOnlyMemory<byte>? Document) : BusEvent;
