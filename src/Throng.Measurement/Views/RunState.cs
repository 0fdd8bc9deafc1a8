namespace Throng.Measurement;

/// <summary>How a run came out, in one of three words.</summary>
public enum RunState
{
    /// <summary>It did what it was asked to, and nothing is to be said against its figures.</summary>
    AsAsked,

    /// <summary>It did what it was asked to; a finding is a warning.</summary>
    WithWarnings,

    /// <summary>A finding is an error, or a condition on its figures failed.</summary>
    Failed,
}
