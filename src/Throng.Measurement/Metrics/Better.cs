namespace Throng.Measurement;

/// <summary>Which direction is an improvement, for <c>compare</c>.</summary>
public enum Better
{
    Higher,
    Lower,

    /// <summary>Neither: it describes the run.</summary>
    Neither,
}
