namespace Throng.Engine;

/// <summary>
/// Lengths of the datagrams announced on one connection and not yet sent, oldest first: 16 bits each in two words,
/// the oldest lowest, so that an outbox with them is one cache line.
/// </summary>
public struct DatagramLengths
{
    /// <summary>Most that wait on one connection.</summary>
    public const int Max = 8;

    private const int PerWord = 4;
    private const int Bits = 16;

    private ulong _older;
    private ulong _newer;
    private byte _count;

    public readonly bool IsEmpty => _count == 0;

    public readonly int Oldest => (ushort)_older;

    public void Add(int bytes)
    {
        Check.That(_count < Max, "a connection has few datagrams to send");
        ref ulong word = ref _older;
        if (_count >= PerWord)
        {
            word = ref _newer;
        }

        word |= (ulong)bytes << (_count++ % PerWord * Bits);
    }

    public void RemoveOldest()
    {
        _older = (_older >> Bits) | (_newer << ((PerWord - 1) * Bits));
        _newer >>= Bits;
        _count--;
    }
}
