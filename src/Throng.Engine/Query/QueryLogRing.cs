using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>
/// The rows on their way from one worker to the log's thread, 2 MiB. One writes, one reads, and neither ever waits: a
/// row that finds the ring full is counted and gone.
/// </summary>
public sealed class QueryLogRing
{
    public const int Capacity = 1 << 16;

    private const int Mask = Capacity - 1;

    private readonly QueryLogRow[] _rows = new QueryLogRow[Capacity];
    private WriterSide _writer;
    private ReaderSide _reader;

    /// <summary>The worker's side. False: there was no room, and the row is counted as dropped.</summary>
    public bool TryWrite(in QueryLogRow row)
    {
        long written = _writer.Written;
        if (written - _writer.ReadSeen == Capacity)
        {
            _writer.ReadSeen = Volatile.Read(ref _reader.Read);
            if (written - _writer.ReadSeen == Capacity)
            {
                Volatile.Write(ref _writer.Dropped, _writer.Dropped + 1);
                return false;
            }
        }

        _rows[written & Mask] = row;
        Volatile.Write(ref _writer.Written, written + 1);
        return true;
    }

    /// <summary>Rows that found no room; for any thread.</summary>
    public long Dropped => Volatile.Read(ref _writer.Dropped);

    /// <summary>The log's side: rows that wait.</summary>
    internal int Waiting => (int)(Volatile.Read(ref _writer.Written) - _reader.Read);

    /// <summary>The log's side: the first of the waiting rows, and those behind it.</summary>
    internal ref readonly QueryLogRow Row(int ahead) => ref _rows[(_reader.Read + ahead) & Mask];

    /// <summary>The log's side: done with so many rows.</summary>
    internal void Take(int count) => Volatile.Write(ref _reader.Read, _reader.Read + count);

    // Two cache lines each, as the hardware fetches them: the sides do not disturb one another.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct WriterSide
    {
        [FieldOffset(0)] public long Written;
        [FieldOffset(8)] public long ReadSeen;
        [FieldOffset(16)] public long Dropped;
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct ReaderSide
    {
        [FieldOffset(0)] public long Read;
    }
}
