using System.Runtime.InteropServices;
using System.Text;
using Throng.Linux;
using Xunit;
using static Throng.Linux.BpfRegister;

namespace Throng.KernelTests;

/// <summary>
/// Makes `there` of a cable the port of a VLAN, in a kernel without VLAN devices too: what comes to its stack comes
/// with the tag, which is taken off, and everything else is dropped and counted nowhere; what leaves gets the tag.
/// Two programs at the entrance and the exit of the stack (tcx, Linux 6.6), which go with their links.
/// </summary>
internal sealed unsafe partial class TaggedEnd : IDisposable
{
    private const uint SchedCls = 3;
    private const BpfAttachment Entrance = (BpfAttachment)46;
    private const BpfAttachment Exit = (BpfAttachment)47;
    private const BpfFunction PushTag = (BpfFunction)18;
    private const BpfFunction PopTag = (BpfFunction)19;
    private const int HasTag = 20; // in __sk_buff
    private const int Tag = 24;
    private const int Pass = 0;
    private const int Drop = 2;

    private readonly List<int> _fds = [];

    /// <param name="isApart">The tag leaves beside the packet, as for a card that writes it; otherwise in it.</param>
    public TaggedEnd(Netns there, int vlan, bool isApart)
    {
        Ethtool.SendTagsApart(there, "there", isApart);
        NamespaceThread.Run(there, () =>
        {
            int index = Interfaces.Index("there");
            Attach(index, Entrance, Untag(vlan));
            Attach(index, Exit, AddTag(vlan));
        });
    }

    public void Dispose() => _fds.ForEach(fd => _ = Descriptors.Close(fd));

    private static bpf_insn[] Untag(int vlan)
    {
        BpfAssembler asm = new();
        BpfLabel other = asm.Label("of another VLAN, or none");
        asm.Load(R2, R1, HasTag, BpfSize.U32);
        asm.JumpIf(R2, BpfCondition.Equal, 0, other);
        asm.Load(R2, R1, Tag, BpfSize.U32);
        asm.And(R2, 0x0FFF);
        asm.JumpIf(R2, BpfCondition.NotEqual, vlan, other);
        asm.Call(PopTag);
        asm.Return(Pass);
        asm.Place(other);
        asm.Return(Drop);
        return asm.Build();
    }

    private static bpf_insn[] AddTag(int vlan)
    {
        BpfAssembler asm = new();
        asm.Move(R2, BpfAssembler.Swap16(0x8100));
        asm.Move(R3, vlan);
        asm.Call(PushTag);
        asm.Return(Pass);
        return asm.Build();
    }

    private void Attach(int index, BpfAttachment where, bpf_insn[] code)
    {
        int program = Load(code);
        Assert.True(program >= 0, $"the kernel loads it: {Marshal.GetLastPInvokeErrorMessage()}");
        _fds.Add(program);
        int link = BpfProgram.Link(program, index, where, 0);
        Needs.Host(link != -Errno.EINVAL, "no programs at the entrance of the stack here (tcx, Linux 6.6)");
        Assert.True(link >= 0, Errno.Text(-link));
        _fds.Add(link);
    }

    /// <summary>BPF_PROG_LOAD as of a program under the GPL, which the functions about tags ask for.</summary>
    private static int Load(bpf_insn[] code)
    {
        byte[] licence = Encoding.ASCII.GetBytes("GPL\0");
        fixed (bpf_insn* first = code)
        fixed (byte* terms = licence)
        {
            ulong* attributes = stackalloc ulong[9];
            new Span<ulong>(attributes, 9).Clear();
            attributes[0] = SchedCls | ((ulong)code.Length << 32);
            attributes[1] = (ulong)first;
            attributes[2] = (ulong)terms;
            nint call = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;
            return (int)syscall(call, BpfConstants.BPF_PROG_LOAD, (nint)attributes, 9 * sizeof(ulong));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);
}
