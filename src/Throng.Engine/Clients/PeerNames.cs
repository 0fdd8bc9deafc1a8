using System.Text;

namespace Throng.Engine;

/// <summary>
/// The names that servers gave themselves, numbered in the order they were first heard; 0 is a server without one.
/// Few, so they are looked through one by one. Owner: the worker's thread; any thread may read what is there so far.
/// </summary>
internal sealed class PeerNames
{
    /// <summary>Beyond that a server counts as one without a name: it stamps what is no name.</summary>
    public const int Max = 4096;

    private volatile Peer[] _peers = [new Peer("", [])];

    /// <summary>Servers so far; the first has no name. Any thread.</summary>
    public IReadOnlyList<Peer> All => _peers;

    public int Count => _peers.Length;

    public string this[int number] => _peers[number].Name;

    /// <summary>The number of a name.</summary>
    public ushort NumberOf(scoped ReadOnlySpan<byte> name)
    {
        Peer[] peers = _peers;
        for (int number = 0; number < peers.Length; number++)
        {
            if (name.SequenceEqual(peers[number].Bytes))
            {
                return (ushort)number;
            }
        }

        if (peers.Length == Max)
        {
            return 0;
        }

        byte[] kept = new byte[name.Length];
        name.CopyTo(kept);
        _peers = [.. peers, new Peer(Encoding.UTF8.GetString(kept), kept)];
        return (ushort)peers.Length;
    }

    /// <summary>A connection is known to be with another server than before.</summary>
    public void Move(ushort from, ushort to)
    {
        Peer[] peers = _peers;
        peers[from].Open -= from == 0 ? 0 : 1;
        peers[to].Open += to == 0 ? 0 : 1;
    }

    /// <summary>A connection with it has ended.</summary>
    public void Leave(ushort number, bool isLost)
    {
        Move(number, 0);
        _peers[number].Lost += isLost ? 1 : 0;
    }

    /// <summary>A server and its connections; counts are the worker's.</summary>
    internal sealed class Peer(string name, byte[] bytes)
    {
        public string Name { get; } = name;

        public byte[] Bytes { get; } = bytes;

        public long Open { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

        public long Lost { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }
    }
}
