using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// While nothing can be begun (as many are under way as may be, or there is no port or no room) the worker stands: it
/// sleeps until a connection ends, and then accounts for what fell due meanwhile in one go. Waking for arrivals that
/// cannot begin would take the CPU from those that are under way, and from their server.
/// </summary>
internal partial struct Churn
{
    /// <summary>Arrivals that are passed over one by one in one call; the rest in the calls after it.</summary>
    private const int PassedPerCall = 1024;

    /// <summary>While fewer than one in so many of those allowed under way are free, arrivals wait for each other:
    /// filling single places costs a wake-up each and brings nothing.</summary>
    private const int FewFree = 8;

    /// <summary>Unless a connection ends before: how long nothing is tried for want of ports or sockets, and how long
    /// what falls due at the limit is left uncounted.</summary>
    private const long ShortageRestNs = 10 * Ns.Millisecond;
    private const long FullRestNs = 100 * Ns.Millisecond;

    /// <summary>Why nothing can be begun, until a connection ends.</summary>
    private enum Standing : byte
    {
        No = 0,

        /// <summary>As many are under way as may be.</summary>
        Full,

        /// <summary>There is no source port towards any target.</summary>
        NoPort,

        /// <summary>This worker has no room for another socket.</summary>
        NoRoom,
    }

    /// <summary>
    /// Accounts for what fell due while nothing could be begun, and for what is left of a stretch that has ended; false
    /// while more of it is left, or nothing can be begun.
    /// </summary>
    private bool PassThoseThatStood(ref Act act)
    {
        if (_standing != Standing.No && _stoodUntilNs == 0)
        {
            _stoodUntilNs = act.NowNs; // nothing has ended, and it is time to look
        }

        long passed = 0;
        while (_arrivals.NextNs <= act.NowNs)
        {
            bool isTooLate = _arrivals.IsTooLate(act.NowNs);
            long untilNs = isTooLate ? act.NowNs : _stoodUntilNs;
            if (_arrivals.NextNs > untilNs)
            {
                break;
            }

            if (passed >= PassedPerCall)
            {
                return false;
            }

            passed += Pass(ref act, isTooLate, untilNs);
        }

        _standing = Standing.No;
        _stoodUntilNs = 0;
        _refused = 0;
        if (_inFlight >= _inFlightMax)
        {
            _standing = Standing.Full;
            Stand(act.NowNs);
        }

        return _standing == Standing.No;
    }

    private void Stand(long nowNs) =>
        _pace.Stand(nowNs + (_standing == Standing.Full ? FullRestNs : ShortageRestNs));

    /// <summary>
    /// Passes over arrivals of one step: those that are not begun together, those that are attempts without a port or
    /// room one by one. Returns how many.
    /// </summary>
    private long Pass(ref Act act, bool isTooLate, long untilNs)
    {
        bool isWarmUp = _arrivals.NextNs < _countFromNs;
        int step = isWarmUp ? NotCounted : _arrivals.Step;
        if (!isTooLate && _standing != Standing.Full)
        {
            long intendedNs = _arrivals.NextNs;
            _arrivals.MoveNext();
            OpenResult result = _standing == Standing.NoPort ? OpenResult.NoPort : OpenResult.NoRoom;
            Refuse(ref act, NextTarget(ref act), result, intendedNs, step);
            return 1;
        }

        long endNs = isWarmUp ? Math.Min(untilNs + 1, _countFromNs) : untilNs + 1;
        long passed = _arrivals.PassInStep(endNs, PassedPerCall);
        if (isWarmUp)
        {
            return passed;
        }

        ChurnStepTally tally = _tally.Step(step);
        tally.TooLate += isTooLate ? passed : 0;
        tally.InFlightFull += isTooLate ? 0 : passed;
        return passed;
    }

    /// <summary>A connection has ended: another one may begin.</summary>
    private void GoOn(ref Act act)
    {
        if (_standing == Standing.No)
        {
            return;
        }

        _stoodUntilNs = act.NowNs;
        bool hasFew = _standing == Standing.Full && (_inFlightMax - _inFlight) * FewFree < _inFlightMax;
        if (hasFew)
        {
            _pace.Stand(_begunNs + act.ArrivalGapNs);
        }
        else
        {
            _pace.GoOn();
        }
    }
}
