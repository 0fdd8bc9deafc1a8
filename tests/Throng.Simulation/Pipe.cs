using Throng.Engine;

namespace Throng.Simulation;

/// <summary>
/// One direction of a simulated connection. Bytes are written, arrive in order, and are read; what is written and
/// not read never exceeds the window. Invariant: Read &lt;= Arrived &lt;= Written &lt;= Read + window.
/// </summary>
internal sealed class Pipe
{
    private byte[] _ring = [];

    /// <summary>Stream positions since the connection began.</summary>
    public long Written { get; private set; }
    public long Arrived { get; private set; }
    public long Read { get; private set; }

    public bool FinWritten { get; set; }
    public bool FinArrived { get; set; }

    /// <summary>Its segments are small and late.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>Nothing overtakes: whatever is written next arrives at this time or later.</summary>
    public long LastArrivalNs { get; set; }

    /// <summary>Bytes that can be written now.</summary>
    public int Room => (int)(_ring.Length - (Written - Read));

    /// <summary>Bytes that can be read now.</summary>
    public int Unread => (int)(Arrived - Read);

    public void Begin(int windowBytes, bool isSlow)
    {
        if (_ring.Length != windowBytes)
        {
            _ring = new byte[windowBytes];
        }

        Written = 0;
        Arrived = 0;
        Read = 0;
        FinWritten = false;
        FinArrived = false;
        IsSlow = isSlow;
        LastArrivalNs = 0;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Check.That(bytes.Length <= Room, "a write fits the window");
        Check.That(!FinWritten, "nothing is written after a FIN");
        int from = (int)(Written & (_ring.Length - 1));
        int first = Math.Min(bytes.Length, _ring.Length - from);
        bytes[..first].CopyTo(_ring.AsSpan(from));
        bytes[first..].CopyTo(_ring);
        Written += bytes.Length;
    }

    public void Arrive(int bytes)
    {
        Arrived += bytes;
        Check.That(Arrived <= Written && !FinArrived, "only what was written arrives, and before the FIN");
    }

    /// <summary>Fills the destination, which holds no more than <see cref="Unread"/>.</summary>
    public void ReadInto(Span<byte> destination)
    {
        Check.That(destination.Length <= Unread, "only what has arrived is read");
        int from = (int)(Read & (_ring.Length - 1));
        int first = Math.Min(destination.Length, _ring.Length - from);
        _ring.AsSpan(from, first).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
        Read += destination.Length;
    }

    /// <summary>A reset took away what nobody has read.</summary>
    public void Discard() => Read = Arrived;
}
