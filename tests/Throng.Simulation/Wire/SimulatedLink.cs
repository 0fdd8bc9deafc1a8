using System.Buffers.Binary;
using Throng.Engine;
using Throng.Linux;

namespace Throng.Simulation;

/// <summary>A link of one wire: whoever is asked for is at its other end.</summary>
internal sealed class SimulatedLink(SimulatedWire wire) : ILink
{
    private const int HeaderBytes = 14;

    private readonly long _beganNs = wire.NowNs;

    public int MtuBytes { get; set; } = 1500;

    /// <summary>Negative: nobody answers, for this errno.</summary>
    public int Refusal { get; set; }

    public int WriteHeader(in SockAddr local, in SockAddr remote, Span<byte> to)
    {
        if (Refusal < 0 || wire.NowNs < _beganNs + wire.Faults.LinkKnownAfterNs)
        {
            return Refusal;
        }

        to[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(to[12..], (ushort)(remote.IsIPv6 ? 0x86DD : 0x0800));
        return HeaderBytes;
    }

    public int Strip(ReadOnlySpan<byte> frame)
    {
        bool isIP = frame.Length >= HeaderBytes
            && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) is 0x0800 or 0x86DD;
        return isIP ? HeaderBytes : 0;
    }

    public void Tick(long nowNs)
    {
    }
}
