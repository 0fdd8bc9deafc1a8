using System.Globalization;
using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>The orders of controllers.</summary>
public sealed partial class AgentMachine
{
    private const string MomentForm = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private OrderAnswer? Obey(ReadOnlyMemory<byte> message, string replyTo, ClusterTime now)
    {
        if (!ClusterJson.TryRead(message, out Order? order))
        {
            return Refuse("this is no order of throng", now);
        }

        if (order.Protocol != ClusterProtocol.Version)
        {
            return Refuse(
                $"this agent is throng {card.Version} and the controller {order.Controller} throng {order.Version}: "
                    + "they do not understand each other; run the same version everywhere",
                now);
        }

        AgentRun? run = order.Run.Length > 0 ? _runs.GetValueOrDefault(order.Run) : null;
        if ((run ?? OverRun(order.Run)) is { } led && order.Fence < led.Fence)
        {
            string state = run is null ? "is over, and was led by" : "is led by";
            return Refuse($"run {order.Run} {state} {led.Controller}, no longer by {order.Controller}", now)
                with { LedBy = led.Controller };
        }

        if (run is not null)
        {
            (run.Fence, run.Controller, run.HeardNs) = (order.Fence, order.Controller, now.Ns);
        }

        return order.Kind switch
        {
            OrderKind.Clock => Done("", now) with
            {
                Parts = [.. (run?.Jobs ?? []).Select(static job => job.Id.Part.ToString())],
            },
            OrderKind.Examine => Examine(order, now),
            OrderKind.Prepare => Prepare(order, now),
            OrderKind.Leave => Leave(now),
            OrderKind.Forget when run is null => Remember(
                new AgentRun(order.Run) { Fence = order.Fence, Controller = order.Controller }, now),
            OrderKind.End when run is null => Done("", now),
            _ when run is null => Refuse($"no run {order.Run} is known here", now),
            OrderKind.Begin => Begin(run, order, replyTo, now),
            OrderKind.Say => SayToAll(run, order, replyTo, now),
            OrderKind.End => End(run, now),
            OrderKind.Forget => Forget(run, now),
            _ => Refuse("this order is not known here", now),
        };
    }

    private OrderAnswer Examine(Order order, ClusterTime now)
    {
        if (!JobPart.TryParse(order.Part, out JobPart part))
        {
            return Refuse($"'{order.Part}' is no part of a plan", now);
        }

        if (jobs.Refuses(order.Words) is { Length: > 0 } wrong)
        {
            return Refuse(wrong, now);
        }

        JobExamination found = jobs.Examine(order.Words, part);
        return found.Error.Length > 0
            ? Refuse(found.Error, now)
            : Done(found.Limit, now) with { Fits = found.Fits, Possible = found.Possible };
    }

    private OrderAnswer Prepare(Order order, ClusterTime now)
    {
        if (!JobPart.TryParse(order.Part, out JobPart part) || order.Run.Length == 0)
        {
            return Refuse($"'{order.Part}' is no part of a plan", now);
        }

        if (_runs.TryGetValue(order.Run, out AgentRun? known) && known.Find(part) is not null)
        {
            return Done("it is prepared already", now); // the answer was lost, and the order came again
        }

        if (OverRun(order.Run) is not null || known is { IsEnding: true })
        {
            return Refuse($"run {order.Run} is over here", now);
        }

        if (_isLeaving)
        {
            return Refuse($"{card.Name} leaves and takes no run", now);
        }

        if (Busy is { } other && other.Name != order.Run)
        {
            return Refuse($"{card.Name} is busy with run {other.Name} of {other.Controller}", now);
        }

        if (jobs.Refuses(order.Words) is { Length: > 0 } wrong)
        {
            return Refuse(wrong, now);
        }

        JobId id = new(order.Run, part);
        if (jobs.Start(id, order.Words) is { Length: > 0 } error)
        {
            return Refuse(error, now);
        }

        AgentRun run = RunOf(order.Run);
        (run.Fence, run.Controller, run.OnControllerLoss, run.HeardNs) =
            (order.Fence, order.Controller, order.OnControllerLoss, now.Ns);
        bool isHeld = run.Lease is not null && run.IsLive;
        AgentJob job = run.Add(id, order.TakesOver);
        if (order.OnAgentLoss == AgentLoss.Rebalance)
        {
            run.Lease = isHeld ? run.Lease : new AgentLease(bus, run.Name, card.Name, started, NextId);
            job.LeaseNs = now.Ns + AgentLease.LengthNs;
        }

        Lines.Enqueue($"part {part} of run {order.Run} of {order.Controller}: {string.Join(' ', order.Words)}");
        return Done("", now);
    }

    private OrderAnswer Leave(ClusterTime now)
    {
        _isLeaving = true;
        Lines.Enqueue("told to leave");
        return Done(Busy is { } run ? $"leaves when run {run.Name} is over" : "leaves", now);
    }

    private OrderAnswer End(AgentRun run, ClusterTime now)
    {
        run.IsEnding = true;
        foreach (AgentJob job in run.Jobs.Where(job => job.IsLive))
        {
            jobs.End(job.Id);
        }

        return Done("", now);
    }

    private OrderAnswer Forget(AgentRun run, ClusterTime now)
    {
        if (run.IsLive)
        {
            return Refuse($"run {run.Name} is under way here", now);
        }

        if (run.Jobs.Any(static job => job.IsSaving))
        {
            return Refuse($"a result of run {run.Name} is being stored", now);
        }

        foreach (PendingAnswer pending in run.Answers.Values.Distinct())
        {
            Answer(pending, Refuse($"run {run.Name} is over here", now));
        }

        jobs.Forget(run.Name);
        _runs.Remove(run.Name);
        return Remember(run, now);
    }

    /// <summary>Remembers that a run is over: what an earlier life of this agent has left of it may still come, and so
    /// may an order of an earlier leader.</summary>
    private OrderAnswer Remember(AgentRun run, ClusterTime now)
    {
        if (OverRun(run.Name) is null)
        {
            _over.Enqueue(run);
            _ = _over.Count > OverMax && _over.TryDequeue(out _);
        }

        return Done("", now);
    }

    private OrderAnswer? Begin(AgentRun run, Order order, string replyTo, ClusterTime now)
    {
        Hold(run, now);
        AgentJob[] meant = [.. run.Jobs.Where(job => order.Part.Length == 0
            ? !job.TakesOver
            : job.Id.Part.ToString() == order.Part)];
        AgentJob[] told = [.. meant.Where(job => job.State is JobState.Connecting or JobState.Ready)];
        if (told.Select(job => job.Beginning).FirstOrDefault(one => one is { IsWhole: false }) is { } already)
        {
            already.ReplyTo.Add(replyTo); // the answer was slow, and the order came again
            return null;
        }

        if (told.Length == 0 && meant.Any(job => job.IsLive))
        {
            return Done("it has begun already", now); // the answer was lost, and the order came again
        }

        if (told.Any(job => job.LeaseNs == LeaseOver))
        {
            return Refuse("it was cut off, and ends", now);
        }

        if (run.Lease is { CertainNs: long.MinValue } && told.Any(job => job.LeaseNs < long.MaxValue))
        {
            return Refuse($"{card.Name} cannot write the key by which it holds its parts: see its rights", now);
        }

        foreach (AgentJob job in told.Where(job => job.LeaseNs < long.MaxValue))
        {
            // Before it begins, and by the same way: then it has heard of it.
            jobs.Say(NextId(), job.Id, $"lease {job.LeaseNs}");
        }

        string line = "start " + Moment(order.At ?? now.Utc) + (order.From is { } from ? " from " + Moment(from) : "");
        OrderAnswer? answer = SayTo(told, run, line, replyTo, now, out PendingAnswer? pending);
        foreach (AgentJob job in told)
        {
            job.Beginning = pending;
        }

        return answer;
    }

    private static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString(MomentForm, CultureInfo.InvariantCulture);

    private OrderAnswer? SayToAll(AgentRun run, Order order, string replyTo, ClusterTime now) => SayTo(
        [.. run.Jobs.Where(job => job.IsLive && (order.Part.Length == 0 || job.Id.Part.ToString() == order.Part))],
        run, order.Line, replyTo, now, out _);

    /// <summary>Says a line to parts of a run here; the answer comes when all have answered.</summary>
    private OrderAnswer? SayTo(
        AgentJob[] told, AgentRun run, string line, string replyTo, ClusterTime now, out PendingAnswer? pending)
    {
        pending = null;
        if (told.Length == 0)
        {
            return Refuse($"nothing of run {run.Name} is under way here", now);
        }

        pending = new PendingAnswer(replyTo, told.Length)
        {
            IsBegin = line.StartsWith("start ", StringComparison.Ordinal),
        };
        foreach (AgentJob job in told)
        {
            long id = NextId();
            run.Answers[id] = pending;
            jobs.Say(id, job.Id, line);
        }

        return null;
    }

    /// <summary>Takes what one part said to an order; the order is answered once all have.</summary>
    private void Take(AgentRun run, AgentJob job, PendingAnswer pending, JobSaid said, ClusterTime now)
    {
        pending.Take(job.Id.Part, said);
        if (pending.IsBegin && said is { IsRefused: false, Text: not null } && job.IsLive)
        {
            job.State = JobState.Running;
        }

        if (pending.IsWhole)
        {
            Answer(pending, pending.IsRefused ? Refuse(pending.Text, now) : Done(pending.Text, now));
        }
    }

    private void Answer(PendingAnswer pending, OrderAnswer answer)
    {
        foreach (string to in pending.ReplyTo)
        {
            bus.Answer(to, ClusterJson.Write(answer));
        }
    }

    private OrderAnswer Done(string text, ClusterTime now) =>
        new() { Agent = card.Name, IsDone = true, Text = text, Now = now.Utc, NowNs = now.Ns };

    private OrderAnswer Refuse(string text, ClusterTime now) =>
        new() { Agent = card.Name, IsDone = false, Text = text, Now = now.Utc, NowNs = now.Ns };
}
