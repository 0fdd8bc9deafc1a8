using System.Diagnostics;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The sampler's thread: looks at the workers, keeps the record, lets the schedule and the guide go on.
/// </summary>
internal sealed partial class LiveRun
{
    private protected override void SampleLoop()
    {
        TimeSpan pause = _own.Guide?.Pause ?? SampleInterval;
        Stopwatch sinceLook = Stopwatch.StartNew();
        if (_own.Schedule is { BeginsAtOnce: true })
        {
            lock (_lock)
            {
                _ = Guide(looks: false);
            }
        }

        while (!_over.Wait(pause))
        {
            bool looks = pause == SampleInterval || sinceLook.Elapsed >= SampleInterval;
            bool isOver;
            lock (_lock)
            {
                isOver = Guide(looks);
            }

            if (looks)
            {
                sinceLook.Restart();
                _failures?.Take(Clock.NowNs() - FailureRecord.SettleNs);
                if (!isOver && _own is { Transport: Transport.Stream, Packets: null })
                {
                    _tcp.Look(NowNs, Sample().Open);
                }
            }
        }
    }

    /// <summary>Does what is due now, under the lock; returns whether the plateau has ended.</summary>
    private bool Guide(bool looks)
    {
        if (looks)
        {
            TakeSample();
        }

        if (_record.Held is not null)
        {
            return true;
        }

        if (_own.Schedule is { } active)
        {
            BeginIfReady(active, Clock.NowNs());
        }

        if (StartNs <= Clock.NowNs() && _own.Guide?.Next(_group) is { } next)
        {
            _group.Post(next);
        }

        return false;
    }

    /// <summary>Begins the schedule, if it waits for nothing any more; under the lock.</summary>
    private void BeginIfReady(ActiveSchedule active, long nowNs)
    {
        if (active.BeginIfReady(Sample(), nowNs) is { } begin)
        {
            string why = active.WasToldLate ? "told too short before" : "not all connections were open";
            string late = active.BeganLateNs is > 0 and var lateNs
                ? $", {Units.Duration(lateNs)} later than told: {why}"
                : "";
            _record.Note(NowNs, "begin" + late);
            _group.Post(begin);
        }
    }

    private protected override void OnDocumentSoFar()
    {
        foreach (Worker worker in _group.Workers)
        {
            worker.ReadTimes();
        }
    }

    private protected override void OnIntervalEnd()
    {
        _busyMax = BusyMax();
        _intervals?.Take(NowNs);
        base.OnIntervalEnd();
    }

    private protected override double? ReadBusyMax() => BusyMax();

    private protected override void NameLimits(Sample now)
    {
        base.NameLimits(now);
        RunDocument standing = RunDocuments.Partial(_group, _own, Spec, _engine, _record, _kernel, now);

        // Until the end it says nothing that connections are missing: they may be about to come.
        standing = standing with { Connections = standing.Connections with { Target = null } };
        _limits.Judge(
            standing, () => standing with { Limits = _kernel.Limits(now, sysctls: true) }, _record, now.AtNs);
    }

    private protected override void Merge(Histogram response, Histogram lag)
    {
        _group.AddTo(response, shard => shard.Latencies.Response);
        _group.AddTo(lag, shard => shard.Latencies.Lag);
    }

    /// <summary>
    /// Reads the workers' CPU times: the share of the time since the last reading that the busiest worker spent on a
    /// CPU.
    /// </summary>
    private double BusyMax()
    {
        long nowNs = NowNs;
        long passedNs = Math.Max(1, nowNs - _busyAtNs);
        double busyMax = 0;
        for (int i = 0; i < _group.Count; i++)
        {
            _group.Workers[i].ReadTimes();
            ThreadTimes times = _group.Workers[i].Times;
            long busyNs = times.UserNs + times.SystemNs;
            _busyShares[i] = Math.Min(1, (double)(busyNs - _busyNs[i]) / passedNs);
            busyMax = Math.Max(busyMax, _busyShares[i]);
            _busyNs[i] = busyNs;
        }

        _busyAtNs = nowNs;
        return busyMax;
    }
}
