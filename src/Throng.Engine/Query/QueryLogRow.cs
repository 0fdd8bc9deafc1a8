namespace Throng.Engine;

/// <summary>A query that was sent, or the answer to one: a line of the log; 32 bytes.</summary>
/// <param name="AtNs">When it was sent or came, of <see cref="Linux.Clock.NowNs"/>; not later than now.</param>
/// <param name="Connection">Its number among the run's connections, from 0.</param>
/// <param name="RttNs">Of an answer: since its query was sent.</param>
/// <param name="Id">As on the wire.</param>
/// <param name="Process">Of a query: the arrival process it belongs to (<see cref="Schedule.ProcessOf"/>).</param>
public readonly record struct QueryLogRow(
    long AtNs, long Connection, long RttNs, ushort Id, bool IsAnswer, int Process)
{
    public static QueryLogRow Query(long atNs, long connection, ushort id, int process) =>
        new(atNs, connection, 0, id, false, process);

    public static QueryLogRow Answer(long atNs, long connection, ushort id, long rttNs) =>
        new(atNs, connection, rttNs, id, true, 0);
}
