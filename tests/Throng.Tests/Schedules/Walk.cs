using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>An arrival, on a connection numbered over the run.</summary>
internal readonly record struct Walked(long Ns, long Number, long Connection, int Step);

/// <summary>Walks through a schedule that begins at time 0.</summary>
internal static class Walk
{
    public static RateProfile Profile(string text) =>
        RateProfile.TryParse(text, out RateProfile profile, out string error) ? profile
            : throw new ArgumentException(error, nameof(text));

    /// <summary>The arrivals before a time, in order, walked in so many parts one after another.</summary>
    /// <param name="changes">Schedules that follow each other, and when every part hears of them.</param>
    public static List<Walked> Whole(
        Schedule schedule, int parts, long untilNs, params (long AtNs, Schedule Changed)[] changes)
    {
        List<Walked> all = [];
        for (int part = 0; part < parts; part++)
        {
            all.AddRange(Part(schedule, part, parts, untilNs, changes));
        }

        return [.. all.OrderBy(one => one.Ns).ThenBy(one => one.Number)];
    }

    public static List<Walked> Part(
        Schedule schedule, int part, int parts, long untilNs, params (long AtNs, Schedule Changed)[] changes)
    {
        Schedule last = changes.Length > 0 ? changes[^1].Changed : schedule;
        List<Walked> walked = [];
        OwnArrivals own = new(schedule, part, parts, new ScheduleTally());
        own.Begin(0);
        int heard = 0;
        while (own.NextNs < untilNs || heard < changes.Length)
        {
            if (heard < changes.Length && own.NextNs > changes[heard].AtNs)
            {
                own.Follow(changes[heard++].Changed);
                continue;
            }

            int step = own.Step;
            SeatArrival due = own.Next();
            long connections = last.ConnectionsAt(due.IntendedNs);
            long first = Shares.FirstOf(connections > 0 ? connections : ConnectionBlocks.CountMax, part, parts);
            walked.Add(new Walked(due.IntendedNs, due.Number, first + due.Seat, step));
        }

        return walked;
    }

    /// <summary>Arrivals of the whole schedule that are due before a time since its start.</summary>
    public static long DueBefore(Schedule schedule, long ns)
    {
        OwnArrivals all = new(schedule, 0, 1, new ScheduleTally());
        all.Begin(0);
        return all.PassDueBefore(ns);
    }
}
