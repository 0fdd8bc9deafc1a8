using System.Buffers.Binary;
using static Throng.Linux.BpfConstants;

namespace Throng.Linux;

/// <summary>
/// Writes a BPF program instruction by instruction, in the order a packet meets them. The destination comes first.
/// Arithmetic is on 64 bits; what ends in 32 is on the low half and clears the high one. A mistake (a label that
/// stands nowhere, a jump that is too long) is the programmer's and throws.
/// </summary>
public sealed class BpfAssembler
{
    private readonly List<bpf_insn> _code = [];
    private readonly List<BpfLabel> _labels = [];

    /// <summary>Instructions so far; a 64-bit constant counts as two.</summary>
    public int Count => _code.Count;

    /// <summary>A number of 16 bits in network order as a load of it gives it.</summary>
    public static int Swap16(int number) => BinaryPrimitives.ReverseEndianness((ushort)number);

    /// <summary>A label to jump to that is placed with <see cref="Place"/>.</summary>
    public BpfLabel Label(string name)
    {
        BpfLabel label = new(name);
        _labels.Add(label);
        return label;
    }

    /// <summary>The next instruction is where this label's jumps lead.</summary>
    public void Place(BpfLabel label)
    {
        if (label.At >= 0)
        {
            throw new InvalidOperationException($"the label {label.Name} is placed twice");
        }

        label.Place(_code.Count);
    }

    /// <summary>The finished program.</summary>
    /// <exception cref="InvalidOperationException">A label stands nowhere, or a jump is too long.</exception>
    public bpf_insn[] Build()
    {
        bpf_insn[] code = [.. _code];
        foreach (BpfLabel label in _labels)
        {
            foreach (int jump in label.Jumps)
            {
                int distance = label.At - jump - 1;
                if (label.At < 0 || distance is < short.MinValue or > short.MaxValue)
                {
                    throw new InvalidOperationException(label.At < 0
                        ? $"the label {label.Name} is jumped to and stands nowhere"
                        : $"the label {label.Name} is {distance} instructions from its jump, more than 16 bits hold");
                }

                code[jump].off = (short)distance;
            }
        }

        return code;
    }

    /// <summary>to = from.</summary>
    public void Move(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU64 | BPF_MOV, to, from);

    /// <summary>to = value, with its sign.</summary>
    public void Move(BpfRegister to, int value) => Arithmetic(BPF_ALU64 | BPF_MOV, to, value);

    /// <summary>to = a constant of 64 bits; two instructions.</summary>
    public void Move64(BpfRegister to, ulong value) => Long(to, 0, value);

    /// <summary>to = the low 32 bits of from.</summary>
    public void Move32(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU | BPF_MOV, to, from);

    /// <summary>to = the map with this descriptor, as calls want it; two instructions.</summary>
    public void MoveMap(BpfRegister to, int mapFd) => Long(to, BPF_PSEUDO_MAP_FD, (uint)mapFd);

    public void Add(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU64 | BPF_ADD, to, from);

    public void Add(BpfRegister to, int value) => Arithmetic(BPF_ALU64 | BPF_ADD, to, value);

    public void Add32(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU | BPF_ADD, to, from);

    public void Add32(BpfRegister to, int value) => Arithmetic(BPF_ALU | BPF_ADD, to, value);

    public void Subtract(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU64 | BPF_SUB, to, from);

    public void Subtract32(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU | BPF_SUB, to, from);

    public void And(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU64 | BPF_AND, to, from);

    public void And(BpfRegister to, int value) => Arithmetic(BPF_ALU64 | BPF_AND, to, value);

    public void Or(BpfRegister to, BpfRegister from) => Arithmetic(BPF_ALU64 | BPF_OR, to, from);

    public void Or(BpfRegister to, int value) => Arithmetic(BPF_ALU64 | BPF_OR, to, value);

    public void Xor32(BpfRegister to, int value) => Arithmetic(BPF_ALU | BPF_XOR, to, value);

    public void ShiftLeft(BpfRegister to, int bits) => Arithmetic(BPF_ALU64 | BPF_LSH, to, bits);

    public void ShiftRight(BpfRegister to, int bits) => Arithmetic(BPF_ALU64 | BPF_RSH, to, bits);

    /// <summary>From the order of the network to the host's or back: low bytes of that size, the others 0.</summary>
    public void NetworkOrder(BpfRegister of, BpfSize size) => Emit(BPF_ALU | BPF_END | BPF_TO_BE, of, 0, 0, Bits(size));

    /// <summary>to = what stands at from + offset, the high bits 0.</summary>
    public void Load(BpfRegister to, BpfRegister from, int offset, BpfSize size) =>
        Emit(BPF_LDX | BPF_MEM | (int)size, to, (byte)from, offset, 0);

    /// <summary>Stores the low bytes of a register at to + offset.</summary>
    public void Store(BpfRegister to, int offset, BpfRegister from, BpfSize size) =>
        Emit(BPF_STX | BPF_MEM | (int)size, to, (byte)from, offset, 0);

    /// <summary>Stores a constant at to + offset.</summary>
    public void Store(BpfRegister to, int offset, int value, BpfSize size) =>
        Emit(BPF_ST | BPF_MEM | (int)size, to, 0, offset, value);

    /// <summary>Adds to what stands at to + offset, whoever else does so at that moment: 32 or 64 bits.</summary>
    public void AtomicAdd(BpfRegister to, int offset, BpfRegister from, BpfSize size) =>
        Emit(BPF_STX | BPF_ATOMIC | (int)size, to, (byte)from, offset, BPF_ADD);

    public void Jump(BpfLabel to)
    {
        to.AddJump(_code.Count);
        Emit(BPF_JMP | BPF_JA, 0, 0, 0, 0);
    }

    public void JumpIf(BpfRegister left, BpfCondition condition, BpfRegister right, BpfLabel to)
    {
        to.AddJump(_code.Count);
        Emit(BPF_JMP | BPF_X | (int)condition, left, (byte)right, 0, 0);
    }

    /// <summary>The constant has its sign and 64 bits.</summary>
    public void JumpIf(BpfRegister left, BpfCondition condition, int right, BpfLabel to)
    {
        to.AddJump(_code.Count);
        Emit(BPF_JMP | (int)condition, left, 0, 0, right);
    }

    /// <summary>Compares the low halves.</summary>
    public void JumpIf32(BpfRegister left, BpfCondition condition, BpfRegister right, BpfLabel to)
    {
        to.AddJump(_code.Count);
        Emit(BPF_JMP32 | BPF_X | (int)condition, left, (byte)right, 0, 0);
    }

    /// <summary>Compares the low half.</summary>
    public void JumpIf32(BpfRegister left, BpfCondition condition, int right, BpfLabel to)
    {
        to.AddJump(_code.Count);
        Emit(BPF_JMP32 | (int)condition, left, 0, 0, right);
    }

    /// <summary>Calls the kernel: R1 to R5 are what it is given and are lost, R0 is what it returns.</summary>
    public void Call(BpfFunction function) => Emit(BPF_JMP | BPF_CALL, 0, 0, 0, (int)function);

    /// <summary>Ends the program with R0.</summary>
    public void Exit() => Emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

    /// <summary>Ends the program with a constant.</summary>
    public void Return(int value)
    {
        Move(BpfRegister.R0, value);
        Exit();
    }

    private void Arithmetic(int code, BpfRegister to, BpfRegister from) => Emit(code | BPF_X, to, (byte)from, 0, 0);

    private void Arithmetic(int code, BpfRegister to, int value) => Emit(code, to, 0, 0, value);

    private void Long(BpfRegister to, byte source, ulong value)
    {
        Emit(BPF_LD | BPF_IMM | (int)BpfSize.U64, to, source, 0, (int)(uint)value);
        Emit(0, 0, 0, 0, (int)(uint)(value >> 32));
    }

    private void Emit(int code, BpfRegister to, byte source, int offset, int value) => _code.Add(new bpf_insn
    {
        code = (byte)code,
        regs = (byte)((byte)to | (source << 4)),
        off = checked((short)offset),
        imm = value,
    });

    private static int Bits(BpfSize size) => size switch
    {
        BpfSize.U16 => 16,
        BpfSize.U32 => 32,
        BpfSize.U64 => 64,
        _ => throw new InvalidOperationException("a byte has no order"),
    };
}
