using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Past of the connections of one worker that their peer ended.</summary>
internal sealed class PeerEndTimes
{
    /// <summary>Since they were opened.</summary>
    public Histogram Age { get; } = new();

    /// <summary>Since something last came on them, or since they were opened.</summary>
    public Histogram Idle { get; } = new();

    /// <summary>How many answers each had had; a number, not a time.</summary>
    public Histogram Answers { get; } = new();

    public void Record(long ageNs, long idleNs, long answers)
    {
        Age.Record(ageNs);
        Idle.Record(idleNs);
        Answers.Record(answers);
    }
}
