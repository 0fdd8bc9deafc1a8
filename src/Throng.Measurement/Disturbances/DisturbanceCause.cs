namespace Throng.Measurement;

/// <summary>First fault of a message or a connection, the graver the later in this list.</summary>
public enum DisturbanceCause : byte
{
    None = 0,

    /// <summary>The answer was late because this program sent its message late.</summary>
    Generator,

    /// <summary>The answer came, late.</summary>
    Slow,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The peer ended the connection in order: FIN.</summary>
    Closed,

    /// <summary>RST.</summary>
    Reset,

    /// <summary>An ICMP error, or no route.</summary>
    Unreachable,

    /// <summary>The bytes that came back were not those that were sent.</summary>
    Invalid,

    /// <summary>Anything else the kernel ended it with.</summary>
    Other,
}

public static class DisturbanceCauses
{
    private static readonly string[] _names = EnumWords.Of<DisturbanceCause>('-');

    /// <summary>As results have it.</summary>
    public static string Name(DisturbanceCause cause) => _names[(int)cause];
}
