#pragma warning disable CS1591 // the kernel's own names, see linux/bpf.h
namespace Throng.Linux;

/// <summary>Constants of bpf(2) and of the instruction set.</summary>
public static class BpfConstants
{
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_MAP_LOOKUP_ELEM = 1;
    public const int BPF_MAP_UPDATE_ELEM = 2;
    public const int BPF_MAP_DELETE_ELEM = 3;
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_PROG_ATTACH = 8;
    public const int BPF_PROG_TEST_RUN = 10;
    public const int BPF_OBJ_GET_INFO_BY_FD = 15;
    public const int BPF_MAP_LOOKUP_BATCH = 24;
    public const int BPF_LINK_CREATE = 28;

    public const int XDP_DROP = 1;
    public const int XDP_PASS = 2;
    public const int XDP_TX = 3;

    // Classes: the low three bits of a code.
    public const byte BPF_LD = 0x00;
    public const byte BPF_LDX = 0x01;
    public const byte BPF_ST = 0x02;
    public const byte BPF_STX = 0x03;
    public const byte BPF_ALU = 0x04;
    public const byte BPF_JMP = 0x05;
    public const byte BPF_JMP32 = 0x06;
    public const byte BPF_ALU64 = 0x07;

    /// <summary>The operand is a register, not the constant.</summary>
    public const byte BPF_X = 0x08;

    // How memory is addressed.
    public const byte BPF_IMM = 0x00;
    public const byte BPF_MEM = 0x60;
    public const byte BPF_ATOMIC = 0xC0;

    // Operations of BPF_ALU and BPF_ALU64.
    public const byte BPF_ADD = 0x00;
    public const byte BPF_SUB = 0x10;
    public const byte BPF_OR = 0x40;
    public const byte BPF_AND = 0x50;
    public const byte BPF_LSH = 0x60;
    public const byte BPF_RSH = 0x70;
    public const byte BPF_XOR = 0xA0;
    public const byte BPF_MOV = 0xB0;
    public const byte BPF_END = 0xD0;

    // Operations of BPF_JMP beside the comparisons.
    public const byte BPF_JA = 0x00;
    public const byte BPF_CALL = 0x80;
    public const byte BPF_EXIT = 0x90;

    /// <summary>BPF_END to big-endian, the order of the network.</summary>
    public const byte BPF_TO_BE = 0x08;

    /// <summary>Source register of a 64-bit constant that is a map's descriptor.</summary>
    public const byte BPF_PSEUDO_MAP_FD = 1;
}
