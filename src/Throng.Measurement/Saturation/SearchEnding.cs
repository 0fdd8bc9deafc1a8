namespace Throng.Measurement;

/// <summary>Why a search has no next step.</summary>
public enum SearchEnding : byte
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>Both boundaries are known.</summary>
    Found,

    /// <summary>The highest rate that may be tried is good.</summary>
    NoneUpToMax,

    /// <summary>The base rate is bad already: the start is too high, or the target does not work.</summary>
    BaseBad,

    /// <summary>As many steps were run as may be; the boundaries are what is known by then.</summary>
    StepsMax,

    /// <summary>A step without any latency: there is nothing to compare.</summary>
    NoSamples,
}
