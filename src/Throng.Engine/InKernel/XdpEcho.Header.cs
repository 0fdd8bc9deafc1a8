using Throng.Linux;
using static Throng.Linux.BpfCondition;
using static Throng.Linux.BpfRegister;
using static Throng.Linux.BpfSize;

namespace Throng.Engine;

/// <summary>The TCP header of a packet that is answered: options, words and the checksum over them.</summary>
internal sealed partial class XdpEcho
{
    // Kinds of options.
    private const int EndOption = 0;
    private const int NopOption = 1;
    private const int MssOption = 2;
    private const int WindowScaleOption = 3;
    private const int SackPermittedOption = 4;
    private const int TimestampOption = 8;
    private const int TimestampOptionBytes = 10;
    private const int OptionsMax = 10;
    private const int FourNops = 0x01010101;

    /// <summary>
    /// Walks the options. Of a timestamp the two values change places. In a SYN, what both ends have to agree on is
    /// agreed on: anything but MSS, window scale, SACK and timestamps leads to <paramref name="unknown"/>. Written out
    /// step by step: a loop takes the verifier half a second.
    /// </summary>
    private void Options(BpfLabel? unknown)
    {
        BpfLabel done = _asm.Label("options done");
        _asm.Move(R0, TcpBytes);
        _asm.Load(R1, R10, HeaderBytes, U64);
        for (int step = 0; step < OptionsMax; step++)
        {
            Option(done, unknown);
        }

        if (unknown is not null)
        {
            _asm.JumpIf(R0, Less, R1, unknown); // more of them than any system sends
        }

        _asm.Place(done);
    }

    /// <summary>R0 is where the option is in the header, R1 where they end; then where the next one is.</summary>
    private void Option(BpfLabel done, BpfLabel? unknown)
    {
        BpfLabel longer = _asm.Label("longer option");
        BpfLabel timestamp = _asm.Label("timestamp");
        BpfLabel skip = _asm.Label("skip option");
        BpfLabel next = _asm.Label("next option");
        _asm.JumpIf(R0, GreaterOrEqual, R1, done);
        _asm.JumpIf(R0, GreaterOrEqual, TcpBytesMax, done);
        _asm.Move(R2, R8);
        _asm.Add(R2, R0);
        _asm.Move(R3, R2);
        _asm.Add(R3, 2);
        _asm.JumpIf(R3, Greater, R7, done);
        _asm.Load(R3, R2, 0, U8);
        _asm.JumpIf(R3, Equal, EndOption, done);
        _asm.JumpIf(R3, NotEqual, NopOption, longer);
        _asm.Add(R0, 1);
        _asm.Jump(next);

        _asm.Place(longer);
        _asm.Load(R4, R2, 1, U8);
        _asm.JumpIf(R4, Less, 2, done);
        _asm.JumpIf(R3, Equal, TimestampOption, timestamp);
        if (unknown is not null)
        {
            _asm.JumpIf(R3, Equal, MssOption, skip);
            _asm.JumpIf(R3, Equal, WindowScaleOption, skip);
            _asm.JumpIf(R3, NotEqual, SackPermittedOption, unknown);
        }

        _asm.Jump(skip);
        _asm.Place(timestamp);
        _asm.Move(R3, R2);
        _asm.Add(R3, TimestampOptionBytes);
        _asm.JumpIf(R3, Greater, R7, done);
        _asm.Load(R3, R2, 2, U32);
        _asm.Load(R5, R2, 6, U32);
        _asm.Store(R2, 2, R5, U32);
        _asm.Store(R2, 6, R3, U32);

        _asm.Place(skip);
        _asm.Add(R0, R4);
        _asm.Place(next);
    }

    /// <summary>Leaves the MSS, which stands first, and nothing else of the options of a SYN.</summary>
    private void OverwriteOptions()
    {
        BpfLabel done = _asm.Label("overwritten");
        _asm.Load(R1, R10, HeaderBytes, U64);
        for (int at = TcpBytes; at < TcpBytesMax; at += 4)
        {
            BpfLabel kept = _asm.Label("kept");
            _asm.JumpIf(R1, LessOrEqual, at, done);
            MustHave(R8, at + 4, done);
            if (at == TcpBytes)
            {
                _asm.Load(R2, R8, at, U8);
                _asm.JumpIf(R2, Equal, MssOption, kept);
            }

            _asm.Move(R3, FourNops);
            Replace32(at, R3);
            _asm.Place(kept);
        }

        _asm.Place(done);
    }

    /// <summary>R5: the sum that the checksum is the complement of.</summary>
    private void BeginChecksum()
    {
        _asm.Load(R5, R8, Checksum, U16);
        _asm.Xor32(R5, 0xFFFF);
    }

    /// <summary>
    /// Takes a word of the header out of the sum, puts another in (RFC 1624), and stores it. A sum of 32-bit words
    /// folds to that of 16-bit words, in either order of bytes.
    /// </summary>
    private void Replace32(int at, BpfRegister with) => Replace(at, with, U32, -1);

    private void Replace16(int at, BpfRegister with) => Replace(at, with, U16, 0xFFFF);

    private void Replace(int at, BpfRegister with, BpfSize size, int allBits)
    {
        _asm.Load(R0, R8, at, size);
        _asm.Xor32(R0, allBits);
        _asm.Add(R5, R0);
        _asm.Add(R5, with);
        _asm.Store(R8, at, with, size);
    }

    private void EndChecksum()
    {
        _asm.Move(R0, R5);
        _asm.ShiftRight(R0, 32);
        _asm.Move32(R5, R5);
        _asm.Add(R5, R0);
        for (int fold = 0; fold < 3; fold++)
        {
            _asm.Move(R0, R5);
            _asm.ShiftRight(R0, 16);
            _asm.And(R5, 0xFFFF);
            _asm.Add(R5, R0);
        }

        _asm.Xor32(R5, 0xFFFF);
        _asm.Store(R8, Checksum, R5, U16);
    }

    /// <summary>Two values change places, which leaves every checksum as it is.</summary>
    private void Exchange(BpfRegister header, int one, int other, BpfSize size)
    {
        _asm.Load(R0, header, one, size);
        _asm.Load(R1, header, other, size);
        _asm.Store(header, one, R1, size);
        _asm.Store(header, other, R0, size);
    }
}
