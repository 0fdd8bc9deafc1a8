using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Documents at random: whatever the counts are, all identities hold in them.</summary>
internal static class DrawnRuns
{
    public static readonly string[] Commands = ["hold", "query", "churn", "monitor", "serve", "saturate"];

    private static readonly string[] Ends = ["duration", "SIGINT", "until-held", "command", "count", "lease"];

    private static readonly CloseReason[] Losses =
    [
        CloseReason.Reset, CloseReason.PeerClosed, CloseReason.TimedOut, CloseReason.ReplyTimeout,
        CloseReason.PingTimeout, CloseReason.InvalidReply, CloseReason.Other, CloseReason.TlsFailed,
    ];

    private static readonly CloseReason[] Failures =
    [
        CloseReason.Refused, CloseReason.ConnectTimeout, CloseReason.NoPort, CloseReason.NoDescriptor,
        CloseReason.Unreachable, CloseReason.Cancelled, CloseReason.TlsFailed, CloseReason.TlsTimeout,
        CloseReason.NoMemory, CloseReason.NotPermitted, CloseReason.Reset,
    ];

    /// <summary>Draws a document of a run that has ended, and judges it.</summary>
    public static RunDocument Draw(ref Prng random)
    {
        RunDocument run = Unjudged(ref random);
        return run with { Verdict = Verdict.Judge(run) };
    }

    private static RunDocument Unjudged(ref Prng random)
    {
        string command = Commands[random.NextInRange(0, Commands.Length - 1)];
        bool comesAndGoes = command is "churn" or "saturate";
        long durationNs = random.NextInRange(0, 3) == 0
            ? random.NextInRange(1, Ns.Second)
            : random.NextInRange(1, 100) * Ns.Second;
        Connections connections = ConnectionsOf(ref random, command);
        Messages? messages = command == "serve" || (command == "hold" && random.NextInRange(0, 1) == 0) ? null
            : comesAndGoes ? LivesOf(ref random, connections)
            : MessagesOf(ref random);
        double seconds = durationNs / 1e9;
        SaturationResult? search = command == "saturate" ? SearchOf(ref random) : null;
        return new RunDocument
        {
            Tool = new Tool("throng", "0.1.0"),
            Command = command,
            Options = new Section
            {
                ["target"] = random.NextInRange(0, 2) == 0 ? Node.ListOf(["10.0.0.2:7", "10.0.0.3:7"]) : "10.0.0.2:7",
                ["until_held"] = command == "hold" && random.NextInRange(0, 3) == 0,
                ["duration_ns"] = random.NextInRange(0, 2) == 0 ? Node.Null : durationNs,
            },
            Host = new Host { Kernel = "6.12.0", Cpus = 2, Nofile = 1_048_576, Engine = "uring" },
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            DurationNs = durationNs,
            EndedBy = Ends[random.NextInRange(0, Ends.Length - 1)],
            Connections = connections,
            Messages = messages,
            Connect = command == "serve" ? null : new ConnectPhase(
                connections.Opened + connections.ConnectFailed.Total, Latency(ref random, connections.Opened)),
            Response = messages is { Sent: > 0 } ? Latency(ref random, messages.Answered + messages.TimedOut) : null,
            Lag = messages is { Sent: > 0 } && command != "hold" ? Latency(ref random, messages.Sent) : null,
            Rate = messages is null || command == "hold" ? null : new Rate(
                messages.Offered / seconds, (messages.Answered - messages.AnsweredInDrain) / seconds),
            Cpu = new CpuUse { UserNs = Few(ref random), SystemNs = Few(ref random) },
            Own = command == "monitor" ? MonitorOf(ref random, connections)
                : search is not null ? SectionOf(search)
                : null,
            Result = search,
        };
    }

    private static Connections ConnectionsOf(ref Prng random, string command)
    {
        bool isServer = command == "serve";
        bool comesAndGoes = command is "churn" or "saturate";
        ReasonCounts closed = [];
        long lost = Add(ref random, closed, Losses);
        long held = Few(ref random);
        long finished = comesAndGoes ? Few(ref random) : 0;
        Add(closed, CloseReason.Drained, comesAndGoes ? 0 : held);
        Add(closed, CloseReason.Finished, finished);
        ReasonCounts failed = [];
        if (!isServer)
        {
            _ = Add(ref random, failed, Failures);
        }

        long target = Math.Max(held, Few(ref random));
        bool isHeld = held == target;
        return new Connections
        {
            Target = isServer || comesAndGoes ? null : target,
            Held = comesAndGoes ? 0 : held,
            Peak = Math.Max(held, closed.Total == 0 ? 0 : random.NextInRange(1, closed.Total)),
            Opened = closed.Total,
            Closed = closed,
            ConnectFailed = failed,
            OtherErrnos = closed[CloseReason.Other] > 0
                ? new ReasonCounts { { "EIO", closed[CloseReason.Other] } }
                : [],
            Lost = lost,
            Reconnected = isServer ? 0 : Math.Min(lost, random.NextInRange(0, 5)),
            PlateauNs = isHeld && held > 0 ? random.NextInRange(1, 10 * Ns.Second) : null,
        };
    }

    private static Messages MessagesOf(ref Prng random)
    {
        long answered = Few(ref random);
        long timedOut = Few(ref random);
        long invalid = Few(ref random);
        long refused = Few(ref random);
        Messages messages = new()
        {
            Answered = answered, TimedOut = timedOut, Invalid = invalid, Refused = refused,
            NotPermitted = Part(ref random, refused), Late = Part(ref random, timedOut),
            Lost = invalid + refused + Few(ref random), NotSent = Few(ref random), Unsolicited = Few(ref random),
            AnsweredInDrain = Part(ref random, answered),
        };
        messages = messages with { Sent = messages.Answered + messages.TimedOut + messages.Lost };
        return messages with { Offered = messages.Sent + messages.NotSent };
    }

    /// <summary>Where connections are what is offered, each attempt is a message.</summary>
    private static Messages LivesOf(ref Prng random, Connections connections)
    {
        long answered = connections.Closed[CloseReason.Finished];
        long sent = connections.Opened + connections.ConnectFailed.Total;
        long timedOut = connections.Closed[CloseReason.ReplyTimeout]
            + connections.ConnectFailed[CloseReason.ConnectTimeout];
        long notSent = Few(ref random);
        return new Messages
        {
            Offered = sent + notSent, NotSent = notSent, Sent = sent, Answered = answered, TimedOut = timedOut,
            Lost = sent - answered - timedOut, AnsweredInDrain = Part(ref random, answered),
        };
    }

    private static Section MonitorOf(ref Prng random, Connections connections)
    {
        long disturbed = Part(ref random, connections.Target ?? 0);
        long attempted = Few(ref random);
        long failed = Part(ref random, attempted);
        return new Section
        {
            ["lost"] = connections.Lost,
            ["disturbed"] = disturbed,
            ["unrecovered"] = Part(ref random, disturbed),
            ["disturbance_ns"] = Latency(ref random, disturbed),
            ["new"] = new Section
            {
                ["attempted"] = attempted, ["ok"] = attempted - failed, ["failed"] = failed,
                ["reasons"] = new Section { ["refused"] = failed },
            },
        };
    }

    private static Section SectionOf(SaturationResult search)
    {
        Section section = [];
        SaturationSection.Write(section, search);
        return section;
    }

    private static SaturationResult SearchOf(ref Prng random)
    {
        SaturationSearch search = new(new SaturationRule(), new SearchPlan());
        for (long steps = random.NextInRange(0, 6); steps > 0 && search.NextPerSecond is { } rate; steps--)
        {
            StepFigures good = SearchRuns.Good(rate);
            search.Add(random.NextInRange(0, 4) switch
            {
                0 => SearchRuns.AllRefused(rate),
                1 => good with { LagP99Ns = 5_000_000 },
                _ => good,
            });
        }

        return search.Result;
    }

    private static long Add(ref Prng random, ReasonCounts counts, CloseReason[] reasons)
    {
        long sum = 0;
        for (long kinds = random.NextInRange(0, 2); kinds > 0; kinds--)
        {
            long count = Few(ref random);
            Add(counts, reasons[random.NextInRange(0, reasons.Length - 1)], count);
            sum += count;
        }

        return sum;
    }

    private static void Add(ReasonCounts counts, CloseReason reason, long count)
    {
        if (count > 0)
        {
            counts.Add(reason, count);
        }
    }

    /// <summary>Often none, often a few, now and then millions.</summary>
    private static long Few(ref Prng random) => random.NextInRange(0, 9) switch
    {
        < 4 => 0, < 6 => random.NextInRange(1, 3), < 9 => random.NextInRange(1, 2_000),
        _ => random.NextInRange(1_000_000, 300_000_000),
    };

    private static long Part(ref Prng random, long whole) =>
        random.NextInRange(0, 1) == 0 ? 0 : random.NextInRange(0, whole);

    private static LatencySummary Latency(ref Prng random, long count)
    {
        Histogram histogram = new();
        if (count > 0)
        {
            histogram.Record(random.NextInRange(1, Ns.Second), count - (count / 100));
            histogram.Record(random.NextInRange(Ns.Second, 2 * Ns.Second), count / 100);
        }

        return LatencySummary.From(histogram);
    }
}
