namespace Throng.Measurement;

/// <summary>How arrivals are spread within a rate.</summary>
public enum Arrivals : byte
{
    /// <summary>Evenly: each the same time after the one before.</summary>
    Constant = 0,

    /// <summary>Independently of each other, as from many unrelated clients: exponential gaps.</summary>
    Poisson = 1,
}
