using Throng.Linux;
using static Throng.Linux.BpfCondition;
using static Throng.Linux.BpfRegister;
using static Throng.Linux.BpfSize;
using static Throng.Linux.PacketConstants;

namespace Throng.Engine;

/// <summary>
/// The program that picks what is for addresses of ours out of what an interface receives, and leaves everything else
/// to the network stack. Ours are TCP and ICMP to one of the addresses, ARP about one, and IPv6 neighbour
/// solicitations for one.
/// <para>
/// R6 is the packet's first byte, from which with a VLAN tag 4 are counted already, R7 its end, R8 the context; R0 to
/// R5 are anything.
/// </para>
/// </summary>
internal sealed class PacketProgram
{
    private const int ContextQueue = 16;

    private const int EtherType = 12;
    private const int EtherBytes = 14;
    private const int TagBytes = 4;
    private const int TagNumber = 14;
    private const int TagNumberMask = 0x0FFF;
    private const int ArpBytes = 28;
    private const int ArpTarget = EtherBytes + 24;
    private const int Ip4Bytes = 20;
    private const int Ip4Protocol = EtherBytes + 9;
    private const int Ip4Target = EtherBytes + 16;
    private const int Ip6Bytes = 40;
    private const int Ip6Next = EtherBytes + 6;
    private const int Ip6Target = EtherBytes + 24;
    private const int Icmp6Type = EtherBytes + Ip6Bytes;
    private const int Solicited = Icmp6Type + 8;
    private const int SolicitationBytes = 24;
    private const int NeighbourSolicitation = 135;

    private readonly BpfAssembler _asm = new();
    private readonly AddressRanges _ranges;
    private readonly BpfLabel _pass;
    private readonly BpfLabel _ours;

    private PacketProgram(AddressRanges ranges)
    {
        _ranges = ranges;
        _pass = _asm.Label("pass");
        _ours = _asm.Label("ours");
    }

    /// <param name="ranges">Addresses that are ours.</param>
    /// <param name="vlan">The tag that frames carry; 0: none.</param>
    /// <param name="socketsFd">The map of AF_XDP sockets, by queue.</param>
    public static bpf_insn[] Build(AddressRanges ranges, int vlan, int socketsFd)
    {
        PacketProgram program = new(ranges);
        program.Ethernet(vlan);
        program.Arp();
        program.Ip4();
        program.Ip6();
        program.Ends(socketsFd);
        return program._asm.Build();
    }

    private void Ethernet(int vlan)
    {
        _asm.Move(R8, R1);
        _asm.Load(R6, R1, 0, U32);
        _asm.Load(R7, R1, 4, U32);
        MustHave(EtherBytes);
        _asm.Load(R2, R6, EtherType, U16);
        if (vlan > 0)
        {
            Tag(vlan);
        }
    }

    /// <summary>Goes past a tag with the number. A card may have taken it out already, and nobody tells.</summary>
    private void Tag(int vlan)
    {
        BpfLabel isBare = _asm.Label("no tag");
        _asm.JumpIf(R2, NotEqual, BpfAssembler.Swap16(ETH_P_8021Q), isBare);
        MustHave(EtherBytes + TagBytes);
        _asm.Load(R2, R6, TagNumber, U16);
        _asm.NetworkOrder(R2, U16);
        _asm.And(R2, TagNumberMask);
        _asm.JumpIf(R2, NotEqual, vlan, _pass);
        _asm.Add(R6, TagBytes);
        _asm.Place(isBare);
        MustHave(EtherBytes);
        _asm.Load(R2, R6, EtherType, U16);
    }

    private void Arp()
    {
        BpfLabel next = _asm.Label("no ARP");
        _asm.JumpIf(R2, NotEqual, BpfAssembler.Swap16(ETH_P_ARP), next);
        MustHave(EtherBytes + ArpBytes);
        PickIp4(ArpTarget);
        _asm.Place(next);
    }

    private void Ip4()
    {
        BpfLabel next = _asm.Label("no IPv4");
        _asm.JumpIf(R2, NotEqual, BpfAssembler.Swap16(ETH_P_IP), next);
        MustHave(EtherBytes + Ip4Bytes);
        MustBeTcpOr(IPPROTO_ICMP, Ip4Protocol);
        PickIp4(Ip4Target);
        _asm.Place(next);
    }

    private void Ip6()
    {
        BpfLabel isNone = _asm.Label("to somebody else");
        _asm.JumpIf(R2, NotEqual, BpfAssembler.Swap16(ETH_P_IPV6), _pass);
        MustHave(EtherBytes + Ip6Bytes);
        MustBeTcpOr(IPPROTO_ICMPV6, Ip6Next);
        PickIp6(Ip6Target, isNone);

        // A solicitation goes to a group, and names the address in its payload.
        _asm.Place(isNone);
        _asm.Load(R3, R6, Ip6Next, U8);
        _asm.JumpIf(R3, NotEqual, IPPROTO_ICMPV6, _pass);
        MustHave(EtherBytes + Ip6Bytes + SolicitationBytes);
        _asm.Load(R3, R6, Icmp6Type, U8);
        _asm.JumpIf(R3, NotEqual, NeighbourSolicitation, _pass);
        PickIp6(Solicited, _pass);
    }

    private void Ends(int socketsFd)
    {
        _asm.Place(_ours);
        _asm.Load(R2, R8, ContextQueue, U32);
        _asm.MoveMap(R1, socketsFd);
        _asm.Move(R3, BpfConstants.XDP_PASS);
        _asm.Call(BpfFunction.RedirectToMap);
        _asm.Exit();
        _asm.Place(_pass);
        _asm.Return(BpfConstants.XDP_PASS);
    }

    /// <summary>Ours when the IPv4 address there is in a range, else the stack's.</summary>
    private void PickIp4(int at)
    {
        _asm.Load(R3, R6, at, U32);
        _asm.NetworkOrder(R3, U32);
        foreach (AddressRange range in _ranges.All.Where(range => !range.IsIPv6))
        {
            BpfLabel next = _asm.Label("next range");
            _asm.Move64(R4, (uint)range.First);
            _asm.JumpIf(R3, Less, R4, next);
            _asm.Move64(R4, (uint)range.Last);
            _asm.JumpIf(R3, LessOrEqual, R4, _ours);
            _asm.Place(next);
        }

        _asm.Jump(_pass);
    }

    private void PickIp6(int at, BpfLabel otherwise)
    {
        _asm.Load(R3, R6, at, U64);
        _asm.NetworkOrder(R3, U64);
        _asm.Load(R4, R6, at + sizeof(ulong), U64);
        _asm.NetworkOrder(R4, U64);
        foreach (AddressRange range in _ranges.All.Where(range => range.IsIPv6))
        {
            BpfLabel next = _asm.Label("next range");
            BpfLabel aboveFirst = _asm.Label("from the first on");
            _asm.Move64(R5, (ulong)(range.First >> 64));
            _asm.JumpIf(R3, Less, R5, next);
            _asm.JumpIf(R3, Greater, R5, aboveFirst);
            _asm.Move64(R5, (ulong)range.First);
            _asm.JumpIf(R4, Less, R5, next);
            _asm.Place(aboveFirst);
            _asm.Move64(R5, (ulong)(range.Last >> 64));
            _asm.JumpIf(R3, Greater, R5, next);
            _asm.JumpIf(R3, Less, R5, _ours);
            _asm.Move64(R5, (ulong)range.Last);
            _asm.JumpIf(R4, LessOrEqual, R5, _ours);
            _asm.Place(next);
        }

        _asm.Jump(otherwise);
    }

    private void MustBeTcpOr(int icmp, int protocolAt)
    {
        BpfLabel isOne = _asm.Label("TCP or ICMP");
        _asm.Load(R3, R6, protocolAt, U8);
        _asm.JumpIf(R3, Equal, SocketConstants.IPPROTO_TCP, isOne);
        _asm.JumpIf(R3, NotEqual, icmp, _pass);
        _asm.Place(isOne);
    }

    private void MustHave(int bytes)
    {
        _asm.Move(R0, R6);
        _asm.Add(R0, bytes);
        _asm.JumpIf(R0, Greater, R7, _pass);
    }
}
