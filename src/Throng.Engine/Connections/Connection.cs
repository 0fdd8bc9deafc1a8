using System.Runtime.InteropServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Where a connection is in its life. The numbers are in the hot record.</summary>
public enum Phase : byte
{
    Free = 0,

    /// <summary>Asked for; the handshake is not done.</summary>
    Connecting = 1,

    /// <summary>Accepted or connected.</summary>
    Open = 2,

    /// <summary>A close was asked for; the backend is waiting for its last operation.</summary>
    Closing = 3,
}

/// <summary>
/// Which end of the connection this worker plays, and for whom; an embedded server has both ends on one worker.
/// </summary>
public enum Role : byte
{
    Client = 0,
    Server = 1,

    /// <summary>A client too, beside those the run is about: tries whether a new connection works.</summary>
    Probe = 2,
}

/// <summary>
/// The hot record, one cache line: 32 bytes the engine's, 32 the workload's. Everything else about a connection is
/// either arithmetic (its target, by <see cref="Path"/>), asked of the kernel when a person wants it (addresses), or
/// exists only while bytes are in flight (<see cref="Outbox"/>).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct Connection
{
    public const int Size = 64;

    /// <summary>
    /// Memory that one idle socket takes in the kernel: 3.0 KB for itself (6.18) and 0.26 KB for the poll that watches
    /// it.
    /// </summary>
    public const int KernelBytes = 3300;

    /// <summary>Here and in the kernel.</summary>
    public const int MemoryBytes = Slab.BytesEach + KernelBytes;

    private const byte PhaseMask = 0x07;
    private const byte OpenedBit = 0x08;

    /// <summary>Generation in the upper 24 bits, <see cref="CloseReason"/> in the lower 8.</summary>
    [FieldOffset(0)] private uint _identity;

    /// <summary>The backend's name for the socket: a file descriptor, or a slot in a ring's table.</summary>
    [FieldOffset(4)] public int Descriptor;

    /// <summary>In the wheel; of a free slot, <see cref="TimerLink.Next"/> is the next that is free.</summary>
    [FieldOffset(8)] internal TimerLink Timer;

    /// <summary>1-based number of the outbox while bytes are to be sent, else 0.</summary>
    [FieldOffset(20)] public int Outbox;

    /// <summary>The address plan's path for a client, the listener's number for a server.</summary>
    [FieldOffset(24)] public ushort Path;

    /// <summary>Source port in host order that the address plan chose; 0 for a server.</summary>
    [FieldOffset(26)] public ushort LocalPort;

    /// <summary>The backend's own bits: which operations are outstanding.</summary>
    [FieldOffset(28)] public ushort Flags;

    [FieldOffset(30)] private byte _phaseAndRole;
    [FieldOffset(31)] internal byte TimerTag;

    [FieldOffset(32)] public ConnectionState State;

    public readonly uint Generation => _identity >> 8;

    /// <summary>Why the workload asked for the close; <see cref="CloseReason.None"/> until it did.</summary>
    public CloseReason Reason
    {
        readonly get => (CloseReason)(byte)_identity;
        set => _identity = (_identity & ~0xFFu) | (byte)value;
    }

    public Phase Phase
    {
        readonly get => (Phase)(_phaseAndRole & PhaseMask);
        set => _phaseAndRole =
            (byte)((_phaseAndRole & ~PhaseMask) | (byte)value | (value == Phase.Open ? OpenedBit : 0));
    }

    /// <summary>
    /// Whether the handshake was ever done: tells a connection that ended from an attempt that failed.
    /// </summary>
    public readonly bool HasOpened => (_phaseAndRole & OpenedBit) != 0;

    public readonly Role Role => (Role)(_phaseAndRole >> 4);

    /// <summary>This end began it.</summary>
    public readonly bool IsOurs => Role != Role.Server;

    /// <summary>Makes this record a new connection; everything but the generation starts from zero.</summary>
    internal void Begin(Role role, Phase phase)
    {
        uint generation = Generation;
        this = default;
        _identity = generation << 8;
        _phaseAndRole = (byte)(((byte)role << 4) | (byte)phase);
    }

    /// <summary>Ends the connection: from here on its handle is stale.</summary>
    internal void End()
    {
        uint next = (Generation + 1) & Handle.GenerationMask;
        _identity = (next == 0 ? 1 : next) << 8;
        _phaseAndRole = (byte)Phase.Free;
    }
}
