namespace Throng.Measurement;

/// <summary>How a limit stands to what a plan needs of it.</summary>
public enum LimitState
{
    /// <summary>Nothing is needed of it: it is shown for what it is.</summary>
    Fact,

    /// <summary>It is well above what is needed.</summary>
    Ok,

    /// <summary>It will do, or most likely so, and little is left.</summary>
    Near,

    /// <summary>The plan cannot work.</summary>
    TooSmall,
}
