#pragma warning disable CS1591 // the kernel's own names, see bpf(2) and linux/bpf.h
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>One BPF instruction, 8 bytes; a 64-bit constant takes two.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct bpf_insn
{
    public byte code; // class, operation and where the operand comes from
    public byte regs; // two bit fields: dst_reg low 4 bits, src_reg high 4
    public short off;
    public int imm;
}

/// <summary>Argument of BPF_MAP_CREATE, 48 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal unsafe struct bpf_attr_map_create
{
    [FieldOffset(0)] public uint map_type;
    [FieldOffset(4)] public uint key_size;
    [FieldOffset(8)] public uint value_size;
    [FieldOffset(12)] public uint max_entries;
    [FieldOffset(16)] public uint map_flags;
    [FieldOffset(28)] public fixed byte map_name[16];
}

/// <summary>Argument of BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM and BPF_MAP_DELETE_ELEM, 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct bpf_attr_map_elem
{
    [FieldOffset(0)] public int map_fd;
    [FieldOffset(8)] public void* key;
    [FieldOffset(16)] public void* value;
    [FieldOffset(24)] public ulong flags;
}

/// <summary>Argument of BPF_MAP_*_BATCH, 56 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct bpf_attr_map_batch
{
    [FieldOffset(0)] public void* in_batch;
    [FieldOffset(8)] public void* out_batch;
    [FieldOffset(16)] public void* keys;
    [FieldOffset(24)] public void* values;
    [FieldOffset(32)] public uint count;
    [FieldOffset(36)] public int map_fd;
    [FieldOffset(40)] public ulong elem_flags;
    [FieldOffset(48)] public ulong flags;
}

/// <summary>Argument of BPF_PROG_LOAD, 72 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct bpf_attr_prog_load
{
    [FieldOffset(0)] public uint prog_type;
    [FieldOffset(4)] public uint insn_cnt;
    [FieldOffset(8)] public bpf_insn* insns;
    [FieldOffset(16)] public byte* license;
    [FieldOffset(24)] public uint log_level;
    [FieldOffset(28)] public uint log_size;
    [FieldOffset(32)] public byte* log_buf;
    [FieldOffset(48)] public fixed byte prog_name[16];
    [FieldOffset(68)] public uint expected_attach_type;
}

/// <summary>Argument of BPF_PROG_ATTACH and BPF_PROG_DETACH, 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct bpf_attr_prog_attach
{
    [FieldOffset(0)] public int target_fd;
    [FieldOffset(4)] public int attach_bpf_fd;
    [FieldOffset(8)] public uint attach_type;
    [FieldOffset(12)] public uint attach_flags;
}

/// <summary>Argument of BPF_LINK_CREATE, 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct bpf_attr_link_create
{
    [FieldOffset(0)] public int prog_fd;
    [FieldOffset(4)] public int target_fd; // or an interface's index
    [FieldOffset(8)] public uint attach_type;
    [FieldOffset(12)] public uint flags;
}

/// <summary>Argument of BPF_OBJ_GET_INFO_BY_FD, 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct bpf_attr_info
{
    [FieldOffset(0)] public int bpf_fd;
    [FieldOffset(4)] public uint info_len;
    [FieldOffset(8)] public void* info;
}

/// <summary>Argument of BPF_PROG_TEST_RUN, 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct bpf_attr_test
{
    [FieldOffset(0)] public int prog_fd;
    [FieldOffset(4)] public uint retval;
    [FieldOffset(8)] public uint data_size_in;
    [FieldOffset(12)] public uint data_size_out;
    [FieldOffset(16)] public byte* data_in;
    [FieldOffset(24)] public byte* data_out;
    [FieldOffset(32)] public uint repeat;
    [FieldOffset(36)] public uint duration; // ns for one run
}

/// <summary>Facts that the kernel tells of a program, the first 232 bytes; an older one fills fewer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 232)]
public struct bpf_prog_info
{
    [FieldOffset(0)] public uint type;
    [FieldOffset(4)] public uint id;
    [FieldOffset(16)] public uint jited_prog_len; // bytes
    [FieldOffset(20)] public uint xlated_prog_len; // bytes
    [FieldOffset(192)] public ulong run_time_ns; // with kernel.bpf_stats_enabled
    [FieldOffset(200)] public ulong run_cnt;
    [FieldOffset(216)] public uint verified_insns;
}
