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

    /// <summary>When the first and the last of them was ended, by the clock of the workers; 0: none was.</summary>
    public long FirstNs { get; private set; }
    public long LastNs { get; private set; }

    public void Record(long nowNs, long ageNs, long idleNs, long answers)
    {
        FirstNs = FirstNs == 0 ? nowNs : FirstNs;
        LastNs = nowNs;
        Age.Record(ageNs);
        Idle.Record(idleNs);
        Answers.Record(answers);
    }
}
