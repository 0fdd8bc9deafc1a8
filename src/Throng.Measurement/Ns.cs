namespace Throng.Measurement;

/// <summary>Units of time in nanoseconds.</summary>
public static class Ns
{
    public const long Microsecond = 1_000;
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000_000_000;
}
