using System.Text;
using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>
/// An agent: it tells that it is there, carries out the parts of runs that controllers order, sends their figures and
/// keeps each result until a controller has it. It goes on by its plan when the message system or the controller is
/// gone. A state machine without clock, thread or I/O: one thread hands it what happens, and it calls
/// <see cref="IBus"/> and <see cref="IJobs"/>.
/// </summary>
/// <param name="card">This agent, as it is before it has a run.</param>
/// <param name="started">By the wall clock; tells this life of the agent from others.</param>
public sealed partial class AgentMachine(AgentCard card, IBus bus, IJobs jobs, DateTimeOffset started)
{
    private const long SecondNs = Ns.Second;

    /// <summary>
    /// Time after a full second of the wall clock at which figures are asked for: parts look at themselves four times a
    /// second, and end an interval at the first look in a second.
    /// </summary>
    private const long LookAfterNs = SecondNs * 3 / 10;

    /// <summary>Figures of so many seconds are asked for once with the last minute.</summary>
    private const int MinuteEvery = 10;

    /// <summary>A controller asks for the time each second; one that has not for so long is gone.</summary>
    private const long ControllerSilentMaxNs = 10 * SecondNs;

    /// <summary>A part that has not begun has no end of its own: it ends when nobody led it for so long.</summary>
    private const long UnbegunMaxNs = 60 * SecondNs;

    /// <summary>Runs that are over and remembered as such: an order of theirs that comes late starts nothing.</summary>
    private const int OverMax = 256;

    /// <summary>A lease that has run out is never renewed.</summary>
    private const long LeaseOver = long.MinValue;

    private readonly Queue<AgentRun> _over = new();
    private readonly SortedDictionary<string, AgentRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, AgentJob> _asked = [];
    private long _nextId;
    private long _nextSecondNs = long.MinValue;
    private bool _isLeaving;

    /// <summary>It was told to leave, and nothing is under way here any more.</summary>
    public bool IsOver => _isLeaving && _runs.Values.All(run => run.Jobs.All(job => !job.IsLive && !job.IsUnsaved));

    /// <summary>Lines for a person, in the order in which they became true.</summary>
    public Queue<string> Lines { get; } = new();

    private AgentRun? Busy => _runs.Values.FirstOrDefault(run => run.IsLive);

    /// <summary>Takes up results that an earlier life of this agent has left.</summary>
    public void Start() => TakeUpKept();

    /// <summary>Lets time pass; called ten times a second or more.</summary>
    public void Tick(ClusterTime now)
    {
        foreach (AgentRun run in _runs.Values)
        {
            Hold(run, now);
        }

        if (now.Ns < _nextSecondNs)
        {
            return;
        }

        _nextSecondNs = now.Ns + UntilLook(now.Utc);
        TakeUpKept();
        bus.Put(NextId(), Bucket.Agents, card.Name, ClusterJson.Write(Card()));
        foreach (AgentRun run in _runs.Values)
        {
            StopIfAlone(run, now);
            foreach (AgentJob job in run.Jobs)
            {
                Look(job, now);
            }
        }
    }

    /// <summary>All agents look shortly after each full second, so that figures of one second come together.</summary>
    private static long UntilLook(DateTimeOffset now)
    {
        long untilNs = (SecondNs + LookAfterNs - (now.Ticks % TimeSpan.TicksPerSecond * 100)) % SecondNs;
        return untilNs < SecondNs / 2 ? untilNs + SecondNs : untilNs;
    }

    public void Take(BusEvent happened, ClusterTime now)
    {
        switch (happened)
        {
            case BusConnected:
                _nextSecondNs = long.MinValue;
                Lines.Enqueue("connected");
                break;
            case BusDisconnected gone:
                Lines.Enqueue($"not connected: {gone.Reason}; what runs here goes on");
                break;
            case BusRefused refused:
                Lines.Enqueue($"refused: {refused.Reason}");
                break;
            case Received { ReplyTo: { } replyTo } order:
                if (Obey(order.Data, replyTo, now) is { } answer)
                {
                    bus.Answer(replyTo, ClusterJson.Write(answer));
                }

                break;
            case Stored stored:
                _ = _runs.Values.Any(run => run.Lease is { } lease && lease.Take(stored, now.Ns));
                break;
            case Found found:
                _ = _runs.Values.Any(run => run.Lease is { } lease && lease.Take(found, now.Ns));
                break;
            case Saved saved when _asked.Remove(saved.Id, out AgentJob? job):
                job.IsSaving = false;
                job.State = saved.IsWhole ? job.FinalState : job.State;
                Send(job, default, now);
                break;
        }
    }

    public void Take(JobEvent happened, ClusterTime now)
    {
        if (!_runs.TryGetValue(happened.Job.Run, out AgentRun? run) || run.Find(happened.Job.Part) is not { } job)
        {
            return;
        }

        switch (happened)
        {
            case JobEnded ended:
                job.ExitCode = ended.ExitCode;
                job.Said = ended.Said;
                job.State = JobState.Ending;
                Lines.Enqueue($"part {job.Id.Part} of run {run.Name} has ended with {ended.ExitCode}");
                Hand(job, now);
                break;
            case JobSaid { Id: var id } said when run.Answers.Remove(id, out PendingAnswer? pending):
                Take(run, job, pending, said, now);
                break;
            case JobSaid { IsRefused: false, Text: { } text } said when said.Id == job.ReadyId:
                job.State = job.State == JobState.Connecting && text == "ready" ? JobState.Ready : job.State;
                break;
            case JobSaid { IsRefused: false, Text: { } document } said when said.Id == job.ResultId:
                job.ResultId = 0;
                Send(job, Encoding.UTF8.GetBytes(document), now);
                break;
            case JobSaid said when said.Id == job.ResultId:
                job.ResultId = 0;
                break;
        }
    }

    /// <summary>Takes no run any more, and is over once nothing is under way here and every result is stored.
    /// </summary>
    public void Leave() => _isLeaving = true;

    private AgentCard Card() => card with { Run = Busy?.Name, IsLeaving = _isLeaving };

    /// <summary>Asks a part that is there how it goes, and sends on what is known of one that is not.</summary>
    private void Look(AgentJob job, ClusterTime now)
    {
        if (job.State == JobState.Connecting)
        {
            job.ReadyId = NextId();
            jobs.Say(job.ReadyId, job.Id, "ready");
        }

        if (job.IsLive && job.ResultId == 0)
        {
            job.ResultId = NextId();
            jobs.Say(job.ResultId, job.Id, job.Looks++ % MinuteEvery == 0 ? IJobs.ResultOfMinute : IJobs.Result);
        }
        else if (job.IsUnsaved)
        {
            Hand(job, now);
        }
        else if (!job.IsLive)
        {
            Send(job, default, now);
        }
    }

    /// <summary>Hands its result in; one try at a time, and again each second until it is stored.</summary>
    private void Hand(AgentJob job, ClusterTime now)
    {
        if (job.IsSaving)
        {
            return;
        }

        ReadOnlyMemory<byte> result = jobs.ResultOf(job.Id);
        if (result.IsEmpty)
        {
            job.HasResult = false;
            job.State = JobState.Failed;
            Send(job, default, now);
            return;
        }

        job.IsSaving = true;
        long id = NextId();
        _asked[id] = job;
        bus.Save(id, ClusterProtocol.ResultOf(job.Id.Run, job.Id.Part), result);
        Send(job, default, now);
    }

    private void Send(AgentJob job, ReadOnlySpan<byte> document, ClusterTime now)
    {
        Figure figure = new()
        {
            Run = job.Id.Run,
            Agent = card.Name,
            Part = job.Id.Part.ToString(),
            Sequence = ++job.Sequence,
            AgentStarted = started,
            State = job.State,
            At = now.Utc,
            ExitCode = job.ExitCode,
            Said = job.Said,
            IsToldToEnd = _runs.GetValueOrDefault(job.Id.Run) is { IsEnding: true },
        };
        bus.Publish(ClusterProtocol.FiguresOf(job.Id.Run, card.Name), figure.ToMessage(document));
    }

    /// <summary>
    /// Lets the parts of a run go on while it is certain that nobody has given this agent up, and ends them when it is
    /// not: others may carry them out.
    /// </summary>
    private void Hold(AgentRun run, ClusterTime now)
    {
        if (run.Lease is not { } lease || !run.IsLive)
        {
            return;
        }

        lease.Tick(now.Ns);
        bool isGivenUp = lease.TakeGivenUp();
        foreach (AgentJob job in run.Jobs.Where(static job => job.IsLive && job.LeaseNs != LeaseOver))
        {
            long untilNs = lease.CertainNs + AgentLease.LengthNs;
            if (isGivenUp || job.LeaseNs < now.Ns)
            {
                job.LeaseNs = LeaseOver;
                Lines.Enqueue($"part {job.Id.Part} of run {run.Name} ends: "
                    + (isGivenUp ? "this agent was given up, and others take it over"
                        : "this agent is cut off, and others may take it over"));
                jobs.End(job.Id);
            }
            else if (untilNs > job.LeaseNs)
            {
                job.LeaseNs = untilNs;
                if (job.Beginning is not null)
                {
                    jobs.Lease(job.Id, untilNs); // before it offers nothing, and may take long to start
                }
            }
        }
    }

    /// <summary>Ends what its controller wanted ended when nobody leads it any more, and what nobody tells to begin.
    /// </summary>
    private void StopIfAlone(AgentRun run, ClusterTime now)
    {
        long silentMaxNs = run.OnControllerLoss == ControllerLoss.Stop ? ControllerSilentMaxNs
            : run.HasBegun ? long.MaxValue : UnbegunMaxNs;
        if (run is { IsLive: true, IsEnding: false } && now.Ns - run.HeardNs > silentMaxNs)
        {
            string why = run.HasBegun ? "as it was told to" : "because nobody tells it to begin";
            Lines.Enqueue($"nothing was heard of {run.Controller} for {Units.Duration(silentMaxNs)}: run "
                + $"{run.Name} ends here, {why}");
            _ = End(run, now);
        }
        else if (run is { IsLive: true, IsEnding: false } && now.Ns - run.HeardNs > UnbegunMaxNs)
        {
            EndUnbegun(run);
        }
    }

    /// <summary>Ends pieces that nobody tells to begin, while what has begun goes on: who handed them out is gone.
    /// </summary>
    private void EndUnbegun(AgentRun run)
    {
        foreach (AgentJob job in run.Jobs.Where(static job =>
            job is { State: JobState.Connecting or JobState.Ready, Beginning: null } && job.LeaseNs != LeaseOver))
        {
            job.LeaseNs = LeaseOver;
            Lines.Enqueue($"part {job.Id.Part} of run {run.Name} ends: nobody tells it to begin");
            jobs.End(job.Id);
        }
    }

    /// <summary>
    /// Takes up results of parts that are not known here: an earlier life of this agent has left them, and the last of
    /// them may have ended after it.
    /// </summary>
    private void TakeUpKept()
    {
        foreach (JobId kept in jobs.Kept)
        {
            if (OverRun(kept.Run) is not null)
            {
                jobs.Forget(kept.Run);
            }
            else if (RunOf(kept.Run) is var run && run.Find(kept.Part) is null)
            {
                run.Add(kept).State = JobState.Ending;
                Lines.Enqueue($"part {kept.Part} of run {kept.Run} has a result that nobody has fetched yet");
            }
        }
    }

    private AgentRun RunOf(string name)
    {
        if (!_runs.TryGetValue(name, out AgentRun? run))
        {
            _runs[name] = run = new AgentRun(name);
        }

        return run;
    }

    private AgentRun? OverRun(string name) => _over.FirstOrDefault(run => run.Name == name);

    private long NextId() => ++_nextId;
}
