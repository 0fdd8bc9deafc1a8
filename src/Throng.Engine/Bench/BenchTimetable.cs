namespace Throng.Engine;

/// <summary>
/// When each round of a bench is released that keeps to a timetable, as parts of one plan do: nobody has to ask the
/// others whether they are done.
/// </summary>
/// <param name="beginNs">When the first connections are opened.</param>
/// <param name="everyNs">From one release to the next.</param>
/// <param name="forNs">How much of that messages are sent for.</param>
internal sealed class BenchTimetable(long beginNs, long everyNs, long forNs)
{
    /// <summary>The first round has as long to open as the others have between their end and the next release.
    /// </summary>
    public long ReleaseNs(int round) => beginNs + everyNs - forNs + ((round - 1) * everyNs);

    /// <summary>The first round from one on that can still be released in time; one more than there are: none.
    /// </summary>
    /// <param name="leadNs">How long before its release everybody has to be told of it.</param>
    public int NextRound(int from, int rounds, long nowNs, long leadNs)
    {
        int round = from;
        while (round <= rounds && ReleaseNs(round) - leadNs < nowNs)
        {
            round++;
        }

        return round;
    }
}
