using Throng.Linux;
using static Throng.Linux.BpfCondition;
using static Throng.Linux.BpfRegister;
using static Throng.Linux.BpfSize;

namespace Throng.Engine;

/// <summary>
/// The program that echoes a stream without user space. It runs for each piece that a socket of the map receives, and
/// sends the piece out of the same socket. What it counts: pieces, their bytes, and pieces it could not send.
/// </summary>
internal static class EchoVerdict
{
    /// <summary>Counters, 64 bits each, in the one value of the map of counters.</summary>
    public const int Pieces = 0;
    public const int Bytes = 1;
    public const int Dropped = 2;
    public const int Counters = 3;

    private const int CounterBytes = 8;
    private const int SkDrop = 0;
    private const int SkPass = 1;
    private const int SkbLen = 0;

    // Where things stand on the program's stack.
    private const int Cookie = -8;
    private const int Key = -16;

    /// <param name="socketsFd">SOCKHASH: the sockets by their cookies.</param>
    /// <param name="countersFd">One value of counters for each CPU.</param>
    public static bpf_insn[] Build(int socketsFd, int countersFd)
    {
        BpfAssembler asm = new();
        BpfLabel dropped = asm.Label("dropped");
        BpfLabel nothing = asm.Label("nothing");
        BpfLabel end = asm.Label("end");
        asm.Move(R6, R1);
        asm.Load(R7, R6, SkbLen, U32);

        // A FIN is a piece of no bytes. The socket knows of it already, and sending nothing would break its pipe.
        asm.JumpIf(R7, Equal, 0, nothing);

        // A socket's cookie is its key, so the piece finds its own socket whatever its addresses are.
        asm.Call(BpfFunction.SocketCookie);
        asm.Store(R10, Cookie, R0, U64);
        asm.Move(R1, R6);
        asm.MoveMap(R2, socketsFd);
        asm.Move(R3, R10);
        asm.Add(R3, Cookie);
        asm.Move(R4, 0); // out of the socket, not into it
        asm.Call(BpfFunction.RedirectToSocket);
        asm.Move(R8, R0);

        asm.Store(R10, Key, 0, U32);
        asm.MoveMap(R1, countersFd);
        asm.Move(R2, R10);
        asm.Add(R2, Key);
        asm.Call(BpfFunction.MapLookup);
        asm.JumpIf(R0, Equal, 0, end);
        asm.Move(R1, 1);
        asm.JumpIf(R8, NotEqual, SkPass, dropped);

        // Atomically: it runs in a system call too (the insert), which a packet on the same CPU interrupts.
        asm.AtomicAdd(R0, Pieces * CounterBytes, R1, U64);
        asm.AtomicAdd(R0, Bytes * CounterBytes, R7, U64);
        asm.Jump(end);

        asm.Place(dropped);
        asm.AtomicAdd(R0, Dropped * CounterBytes, R1, U64);
        asm.Jump(end);

        asm.Place(nothing);
        asm.Return(SkDrop);

        asm.Place(end);
        asm.Move(R0, R8);
        asm.Exit();
        return asm.Build();
    }
}
