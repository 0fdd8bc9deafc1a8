using System.Globalization;
using Throng.Cluster;

namespace Throng.Tests.Cluster;

/// <summary>The parts of runs on one simulated host; what they leave outlives the agent.</summary>
internal sealed class SimulatedJobs(VirtualTime time, SimulatedServer server, SimulatedClock clock, string host) : IJobs
{
    private readonly Dictionary<JobId, SimulatedJob> _jobs = [];
    private readonly HashSet<JobId> _kept = [];

    /// <summary>Every part that was ever started here.</summary>
    public List<SimulatedJob> All { get; } = [];

    /// <summary>The runs that were forgotten here.</summary>
    public HashSet<string> Forgotten { get; } = [];

    /// <summary>Takes the events of the agent's life that is under way.</summary>
    public Action<JobEvent>? Sink { get; set; }

    public IReadOnlyList<JobId> Kept
    {
        get
        {
            foreach (SimulatedJob job in _jobs.Values.Where(job => job is { IsOver: true, Result: not null }))
            {
                _kept.Add(job.Id);
            }

            return [.. _kept];
        }
    }

    /// <summary>A plan of so many milliseconds.</summary>
    public static string[] Words(long lengthMs) => ["query", lengthMs.ToString(CultureInfo.InvariantCulture)];

    public string Refuses(IReadOnlyList<string> words) => words is ["query", _] ? "" : "there is no such command";

    public JobExamination Examine(IReadOnlyList<string> words, JobPart part) => new("", Fits: true, 1_000, "");

    public string Start(JobId job, IReadOnlyList<string> words)
    {
        if (time.Chance(server.Faults.StartFails))
        {
            return "cannot start a process for it";
        }

        SimulatedJob started = new(
            time, clock, job, host, long.Parse(words[1], CultureInfo.InvariantCulture) * 1_000_000)
        {
            ReadyNs = time.Chance(0.2) ? time.DrawMs(0, 8_000) : time.DrawMs(0, 500),
            Hangs = time.Chance(server.Faults.JobHangs),
            Crashes = time.Chance(server.Faults.JobCrashes),
            Sink = Sink,
        };
        time.Say($"{host}: part {job.Part} of {job.Run} starts");
        _jobs[job] = started;
        All.Add(started);
        return "";
    }

    public void Say(long id, JobId job, string line)
    {
        if (_jobs.TryGetValue(job, out SimulatedJob? there))
        {
            there.Say(id, line, Sink);
        }
        else
        {
            Action<JobEvent>? sink = Sink;
            time.After(1, () => sink?.Invoke(new JobSaid(id, job, IsRefused: true, null)));
        }
    }

    public void Lease(JobId job, long untilNs)
    {
        if (_jobs.TryGetValue(job, out SimulatedJob? there))
        {
            there.Lease(untilNs);
        }
    }

    public void End(JobId job)
    {
        if (_jobs.TryGetValue(job, out SimulatedJob? there))
        {
            there.End();
        }
    }

    public ReadOnlyMemory<byte> ResultOf(JobId job) =>
        _jobs.TryGetValue(job, out SimulatedJob? there) && there is { IsOver: true, Result: { } result }
            ? result
            : default;

    public void Forget(string run)
    {
        Forgotten.Add(run);
        foreach (SimulatedJob job in _jobs.Values.Where(job => job.Id.Run == run && job.IsOver).ToArray())
        {
            _jobs.Remove(job.Id);
            _kept.Remove(job.Id);
        }
    }

    /// <summary>The agent is gone: its parts end in order, because their pipe is closed.</summary>
    public void Orphan()
    {
        Sink = null;
        foreach (SimulatedJob job in _jobs.Values)
        {
            job.Sink = null;
            job.End();
        }
    }
}
