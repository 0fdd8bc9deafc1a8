namespace Throng.KernelTests;

/// <summary>How far a run on many hosts has come.</summary>
internal enum Stage
{
    /// <summary>Connections are being opened; nothing of the schedule has begun.</summary>
    RampUp,

    /// <summary>The schedule is being offered.</summary>
    Plateau,

    /// <summary>All of the schedule has been offered, and results are still to come.</summary>
    Drain,
}
