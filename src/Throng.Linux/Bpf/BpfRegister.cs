namespace Throng.Linux;

/// <summary>
/// A register of a BPF program. R0 is a result, R1 to R5 are what a call is given and are lost in it, R6 to R9 stay,
/// R10 points behind the program's stack of 512 bytes.
/// </summary>
public enum BpfRegister : byte
{
    R0 = 0,
    R1 = 1,
    R2 = 2,
    R3 = 3,
    R4 = 4,
    R5 = 5,
    R6 = 6,
    R7 = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
}

/// <summary>How many bits are loaded, stored or turned round: the kernel's codes.</summary>
public enum BpfSize : byte
{
    U8 = 0x10,
    U16 = 0x08,
    U32 = 0x00,
    U64 = 0x18,
}

/// <summary>When a jump is taken: the kernel's codes. Without Signed both sides are unsigned.</summary>
public enum BpfCondition : byte
{
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,

    /// <summary>The two have a bit in common.</summary>
    AnyBitOf = 0x40,
    NotEqual = 0x50,
    SignedGreater = 0x60,
    SignedGreaterOrEqual = 0x70,
    Less = 0xA0,
    LessOrEqual = 0xB0,
    SignedLess = 0xC0,
    SignedLessOrEqual = 0xD0,
}

/// <summary>Functions of the kernel that a program may call.</summary>
public enum BpfFunction
{
    /// <summary>R1 map, R2 pointer to the key; R0 is a pointer to the value, or 0.</summary>
    MapLookup = 1,

    /// <summary>R1 context; R0 is the number of its socket, never used twice.</summary>
    SocketCookie = 46,

    /// <summary>R1 map, R2 key, R3 what to return when nothing is there; R0 is XDP_REDIRECT or that.</summary>
    RedirectToMap = 51,

    /// <summary>R1 context of a SOCK_OPS program, R2 map, R3 pointer to the key, R4 flags; R0 is 0 or -errno.</summary>
    SocketHashUpdate = 70,

    /// <summary>R1 context, R2 map, R3 pointer to the key, R4 flags; R0 is SK_PASS or SK_DROP.</summary>
    RedirectToSocket = 72,
}
