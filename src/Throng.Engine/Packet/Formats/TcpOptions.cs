using System.Buffers.Binary;

namespace Throng.Engine;

/// <summary>Options of a SYN: MSS and window scale; others are passed over.</summary>
internal static class TcpOptions
{
    /// <summary>Length of the options that are written here.</summary>
    public const int SynBytes = 8;

    /// <summary>The largest scale there is (RFC 7323, 2.3).</summary>
    public const int WindowScaleMax = 14;

    private const byte End = 0;
    private const byte Nop = 1;
    private const byte Mss = 2;
    private const byte WindowScale = 3;
    private const int MssBytes = 4;
    private const int WindowScaleBytes = 3;

    /// <summary>Reads the options of a SYN; false when a length in them is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> options, ref ushort mss, ref int windowScale)
    {
        while (options.Length > 0 && options[0] != End)
        {
            if (options[0] == Nop)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                return false;
            }

            if (options[0] == Mss && options[1] == MssBytes)
            {
                mss = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            }
            else if (options[0] == WindowScale && options[1] == WindowScaleBytes)
            {
                windowScale = Math.Min((int)options[2], WindowScaleMax);
            }

            options = options[options[1]..];
        }

        return true;
    }

    /// <summary>
    /// Writes the options of our SYN: the MSS, and a window scale of 0, without which the peer's must not be used.
    /// </summary>
    public static void WriteSyn(Span<byte> to, int mss)
    {
        to[0] = Mss;
        to[1] = MssBytes;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)mss);
        to[4] = Nop;
        to[5] = WindowScale;
        to[6] = WindowScaleBytes;
        to[7] = 0;
    }
}
