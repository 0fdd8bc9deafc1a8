using System.Numerics;
using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>SipHash over whole words with a secret key, one round for each and three at the end: nobody outside can
/// tell the initial sequence number of one connection from that of another.</summary>
/// <param name="Key0">First half of the key.</param>
/// <param name="Key1">Second half of the key.</param>
internal readonly record struct KeyedHash(ulong Key0, ulong Key1)
{
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

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong word)
        {
            _d ^= word;
            Mix();
            _a ^= word;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong End()
        {
            _c ^= 0xFF;
            Mix();
            Mix();
            Mix();
            return _a ^ _b ^ _c ^ _d;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Mix()
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
