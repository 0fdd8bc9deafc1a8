using System.Numerics;

namespace Throng.Engine;

/// <summary>SipHash over whole words with a secret key: nobody outside can choose where an entry falls, or tell the
/// initial sequence number of one connection from that of another.</summary>
/// <param name="Key0">First half of the key.</param>
/// <param name="Key1">Second half of the key.</param>
internal readonly record struct KeyedHash(ulong Key0, ulong Key1)
{
    private const int WordRounds = 1;
    private const int LastRounds = 3;

    /// <summary>The hash of the two ends of a connection.</summary>
    public ulong Of(in Endpoints ends)
    {
        State state = new(Key0, Key1);
        state.Add((ulong)(ends.Local >> 64));
        state.Add((ulong)ends.Local);
        state.Add((ulong)(ends.Remote >> 64));
        state.Add((ulong)ends.Remote);
        state.Add(((ulong)ends.LocalPort << 16) | ends.RemotePort);
        return state.End();
    }

    private ref struct State(ulong key0, ulong key1)
    {
        private ulong _a = key0 ^ 0x736F6D6570736575;
        private ulong _b = key1 ^ 0x646F72616E646F6D;
        private ulong _c = key0 ^ 0x6C7967656E657261;
        private ulong _d = key1 ^ 0x7465646279746573;

        public void Add(ulong word)
        {
            _d ^= word;
            Mix(WordRounds);
            _a ^= word;
        }

        public ulong End()
        {
            _c ^= 0xFF;
            Mix(LastRounds);
            return _a ^ _b ^ _c ^ _d;
        }

        private void Mix(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                _a += _b;
                _c += _d;
                _b = BitOperations.RotateLeft(_b, 13) ^ _a;
                _d = BitOperations.RotateLeft(_d, 16) ^ _c;
                _a = BitOperations.RotateLeft(_a, 32);
                _c += _b;
                _a += _d;
                _b = BitOperations.RotateLeft(_b, 17) ^ _c;
                _d = BitOperations.RotateLeft(_d, 21) ^ _a;
                _c = BitOperations.RotateLeft(_c, 32);
            }
        }
    }
}
