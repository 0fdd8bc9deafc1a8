namespace Throng.Engine;

/// <summary>
/// Names one connection of one worker: slot in the slab (32 bits) and generation (24 bits). The generation tells a
/// late completion of a connection that has gone from one of the connection that took its slot.
/// </summary>
public readonly record struct Handle
{
    /// <summary>
    /// Generations count modulo this; slot reuse that often within one late completion cannot happen.
    /// </summary>
    public const uint GenerationMask = 0xFF_FFFF;

    private const int GenerationShift = 32;
    private const ulong ValueMask = 0x00FF_FFFF_FFFF_FFFF;

    private readonly ulong _value;

    private Handle(ulong value) => _value = value;

    public Handle(int slot, uint generation) =>
        _value = ((ulong)(generation & GenerationMask) << GenerationShift) | (uint)slot;

    /// <summary>No connection. Generations start at 1, so no live connection has this value.</summary>
    public static Handle None => default;

    public int Slot => (int)(uint)_value;

    public uint Generation => (uint)(_value >> GenerationShift) & GenerationMask;

    public bool IsNone => _value == 0;

    /// <summary>
    /// Packs the value that a kernel is given to hand back: operation 8 bits | generation 24 | slot 32.
    /// </summary>
    public ulong ToUserData(byte operation) => ((ulong)operation << 56) | _value;

    public static Handle FromUserData(ulong userData, out byte operation)
    {
        operation = (byte)(userData >> 56);
        return new Handle(userData & ValueMask);
    }

    public override string ToString() => IsNone ? "none" : $"{Slot}#{Generation}";
}
