using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The part that notes how the lasting connections fare.</summary>
internal partial struct Monitor
{
    private const long LateBaseNs = 200 * Ns.Millisecond;
    private const int LateMedians = 4;

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref MonitorState own = ref ConnectionState.As<MonitorState>(ref state);
        ref MonitorSeat seat = ref _seats[own.Seat];
        _connections.OnFacts(connection, result, facts, act.NowNs - own.BeginNs, act.NowNs - seat.IntendedNs);
        if (!facts.HasTcp || seat.Connection != connection)
        {
            return;
        }

        long more = facts.Retransmits - seat.Record.Retransmits;
        seat.Record.Retransmits = facts.Retransmits;
        seat.Record.RoundTripNs = facts.RoundTripNs;
        seat.Record.WindowSegments = facts.WindowSegments;
        _tally.Retransmits += more;
        if (seat.NotedAt >= 0)
        {
            ref Disturbance noted = ref _tally.Disturbances[seat.NotedAt];
            noted = noted with { Retransmits = noted.Retransmits + more };
            seat.NotedAt = -1;
        }
        else
        {
            seat.Retransmits += more;
        }
    }

    /// <summary>An answer has come: late, or good.</summary>
    private readonly void Judge(ref Act act, Handle connection, ref MonitorSeat seat, long responseNs)
    {
        long lateNs = LateNs(seat);
        if (responseNs > lateNs)
        {
            bool isOwn = act.NowNs - seat.SentNs <= lateNs;
            Disturb(ref seat, isOwn ? DisturbanceCause.Generator : DisturbanceCause.Slow, seat.IntendedNs);
            return;
        }

        seat.Recent.Note(responseNs);
        if (seat.IsDisturbed)
        {
            int notedAt = NoteDisturbance(ref seat, act.NowNs, isGoodAgain: true);
            if (!_isDatagram)
            {
                seat.NotedAt = notedAt;
                act.AskFacts(connection);
            }
        }

        seat.LastGoodNs = act.NowNs;
    }

    /// <summary>No answer is waited for any more: one that is late already does not come in time.</summary>
    private readonly void JudgeUnanswered(ref MonitorSeat seat, long nowNs)
    {
        if (seat.Awaits && nowNs - seat.IntendedNs > LateNs(seat))
        {
            Disturb(ref seat, DisturbanceCause.Timeout, seat.IntendedNs);
        }
    }

    private readonly long LateNs(in MonitorSeat seat) =>
        _spec.LateNs ?? LateBaseNs + (LateMedians * seat.Recent.MedianNs());

    /// <summary>Something is wrong; the gravest cause stays.</summary>
    private readonly void Disturb(ref MonitorSeat seat, DisturbanceCause cause, long fromNs)
    {
        if (!seat.IsDisturbed)
        {
            _tally.DisturbedNow++;
            seat.DisturbedNs = fromNs;
            seat.NotedAt = -1;
        }

        if (cause > seat.Cause)
        {
            seat.Cause = cause;
        }
    }

    /// <summary>The disturbance is over, or nothing more will come of it; returns where it was noted.</summary>
    private readonly int NoteDisturbance(ref MonitorSeat seat, long nowNs, bool isGoodAgain)
    {
        int notedAt = _tally.Disturbances.Add(new Disturbance
        {
            Connection = seat.Number,
            StartNs = seat.DisturbedNs,
            EndNs = nowNs,
            LastGoodNs = seat.LastGoodNs > 0 ? seat.LastGoodNs : null,
            Cause = seat.Cause,
            IsLost = seat.WasLost,
            Losses = seat.Losses,
            IsOpen = !isGoodAgain,
            IsReconnected = isGoodAgain && seat.WasLost,
            Retransmits = seat.Retransmits,
        });
        _tally.DisturbedNow--;
        seat.Cause = DisturbanceCause.None;
        seat.WasLost = false;
        seat.Losses = 0;
        seat.Retransmits = 0;
        return notedAt;
    }

    private static DisturbanceCause CauseOf(CloseReason reason) => reason switch
    {
        CloseReason.TimedOut or CloseReason.ReplyTimeout => DisturbanceCause.Timeout,
        CloseReason.PeerClosed => DisturbanceCause.Closed,
        CloseReason.Reset => DisturbanceCause.Reset,
        CloseReason.Unreachable or CloseReason.Refused => DisturbanceCause.Unreachable,
        CloseReason.InvalidReply => DisturbanceCause.Invalid,
        _ => DisturbanceCause.Other,
    };
}
