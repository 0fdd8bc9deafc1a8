namespace Throng.Cluster;

/// <summary>How far parts of lost agents are on their way to the others.</summary>
internal enum TakeOverStage : byte
{
    /// <summary>It is made certain that nobody carries them out any more.</summary>
    GivingUp,

    /// <summary>The others are asked whether they have room for more.</summary>
    Examining,

    /// <summary>The pieces are started, and open their connections.</summary>
    Preparing,

    /// <summary>The pieces are told from when on.</summary>
    Telling,
}

/// <summary>Parts that are gone, on their way to other agents: one at a time, so that what comes meanwhile is the next
/// one.</summary>
internal sealed class TakeOver(IEnumerable<PartSeat> lost)
{
    public TakeOverStage Stage { get; set; }

    /// <summary>Parts that nobody carries out any more.</summary>
    public List<PartSeat> Lost { get; } = [.. lost];

    /// <summary>Agents that may take over.</summary>
    public List<AgentSeat> Takers { get; } = [];

    public List<PartSeat> Pieces { get; } = [];

    /// <summary>Takers that were asked together, and those that have not answered yet.</summary>
    public int Asked { get; set; }
    public int AnswersLeft { get; set; }

    /// <summary>
    /// Cuts the lost parts into pieces: as many for each as the takers need to have one each, and two at least, so that
    /// no piece ever has the name of a part that was there before.
    /// </summary>
    public static IEnumerable<PartSeat> Cut(
        IReadOnlyList<PartSeat> lost, IReadOnlyList<AgentSeat> takers, Func<AgentSeat, double> loadOf)
    {
        AgentSeat[] inTurn = [.. takers.OrderBy(loadOf).ThenBy(static one => one.Name, StringComparer.Ordinal)];
        int next = 0;
        foreach (PartSeat part in lost)
        {
            int count = CountOf(part.Part, lost.Count, takers.Count);
            for (int at = 0; at < count; at++)
            {
                AgentSeat taker = inTurn[next++ % inTurn.Length];
                yield return new PartSeat(part.Part.Cut(at, count), taker) { TakesOver = part };
            }
        }
    }

    /// <summary>How many pieces a lost part is cut into.</summary>
    public static int CountOf(JobPart part, int lost, int takers) =>
        Math.Max(2, Math.Min((takers + lost - 1) / lost, JobPart.CountMax / part.Count));

    /// <summary>The largest share of the plan that a taker comes to.</summary>
    public static double ShareOf(
        IReadOnlyList<PartSeat> lost, IReadOnlyList<AgentSeat> takers, Func<AgentSeat, double> loadOf, AgentSeat taker)
        => loadOf(taker)
            + Cut(lost, takers, loadOf).Where(piece => piece.Agent == taker).Sum(static piece => piece.Part.Ratio);
}
