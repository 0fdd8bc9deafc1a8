using System.Text;

namespace Throng.Engine;

/// <summary>
/// The names that servers gave themselves, numbered in the order they were first heard; 0 is a server without one.
/// Few, so they are looked through one by one. Owner: the worker's thread; read once it has ended.
/// </summary>
internal sealed class PeerNames
{
    /// <summary>Beyond that a server counts as one without a name: it stamps what is no name.</summary>
    public const int Max = 4096;

    private readonly List<byte[]> _names = [[]];

    public int Count => _names.Count;

    public string this[int number] => Encoding.UTF8.GetString(_names[number]);

    /// <summary>The number of a name.</summary>
    public ushort NumberOf(scoped ReadOnlySpan<byte> name)
    {
        for (int number = 0; number < _names.Count; number++)
        {
            if (name.SequenceEqual(_names[number]))
            {
                return (ushort)number;
            }
        }

        if (_names.Count == Max)
        {
            return 0;
        }

        byte[] kept = new byte[name.Length];
        name.CopyTo(kept);
        _names.Add(kept);
        return (ushort)(_names.Count - 1);
    }
}
