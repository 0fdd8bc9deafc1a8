using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The first line of a result and its counters say the same, whatever the counters are.</summary>
public sealed class HeadlineTests
{
    private static readonly string[] Commands = ["hold", "query", "churn", "monitor", "serve", "bench", "saturate"];

    [Fact]
    public void A_headline_contradicts_no_counter()
    {
        Prng random = new(7);
        for (int number = 0; number < 20_000; number++)
        {
            RunDocument run = Draw(ref random, Commands[number % Commands.Length]);
            Assert.Empty(Identities.Broken(run));
            string text = Verdict.Judge(run).Text;
            long lost = run.Connections.Lost;
            Messages messages = run.Messages ?? new Messages();
            long unanswered = messages.TimedOut + messages.Lost;
            string story = $"{text} <- {run.Command}: {run.Connections} {messages}";
            Assert.False(text.Contains("nothing lost", StringComparison.Ordinal) && lost + unanswered > 0, story);
            Assert.False(
                text.Contains("all answered", StringComparison.Ordinal) && messages.Answered < messages.Offered, story);
            Assert.False(
                text.Contains("nothing connected", StringComparison.Ordinal) && run.Connections.Opened > 0, story);
            Assert.False(text.StartsWith("held ", StringComparison.Ordinal) && run.Rate is not null, story);
            Assert.False(text.Contains("no rate was good", StringComparison.Ordinal) && GoodSteps(run) > 0, story);
            Assert.False(
                run.Command is "hold" && lost > 0 && !text.Contains("lost", StringComparison.Ordinal)
                    && run.Connections.Opened > 0 && run.Connections.Held >= run.Connections.Target,
                story);
        }
    }

    /// <summary>The promise of exit code 1, whichever finding tells of it.</summary>
    [Fact]
    public void Less_than_half_answered_is_an_error_of_every_command()
    {
        Prng random = new(11);
        int met = 0;
        for (int number = 0; number < 20_000; number++)
        {
            RunDocument run = WithMoreUnanswered(Draw(ref random, Commands[number % 4]));
            bool isCutHere = run is { Messages.Lost: > 0, Connections.Lost: 0 };
            if (run.Messages is { Sent: >= 10 } messages && messages.Answered * 2 < messages.Sent && !isCutHere)
            {
                met++;
                Verdict verdict = Verdict.Judge(run);
                Assert.True(
                    verdict.Findings.Any(finding => finding.Severity == Severity.Error),
                    $"{verdict.Text} <- {run.Command}: {run.Connections} {messages}");
            }
        }

        Assert.True(met > 100, $"{met} met");
    }

    [Fact]
    public void A_search_that_was_ended_after_a_good_step_says_so()
    {
        SaturationSearch search = new(new SaturationRule(), new SearchPlan());
        search.Add(SearchRuns.Good(50));
        Assert.Equal(
            "good up to 50/s so far: the run ended before the search did, after 1 step", search.Result.VerdictText);
    }

    [Fact]
    public void A_schedule_in_which_nothing_fell_due_says_so()
    {
        RunDocument run = SampleRun.Hold(1, 1, 0) with { Command = "query", Rate = new Rate(0, 0) };
        Assert.StartsWith("no messages were offered", Verdict.Judge(run).Text, StringComparison.Ordinal);
    }

    private static int GoodSteps(RunDocument run) =>
        run.Result is SaturationResult result ? result.Steps.Count(step => step.Verdict.IsGood) : 0;

    private static RunDocument Draw(ref Prng random, string command)
    {
        long Few(ref Prng from) => from.NextInRange(0, 3) == 0 ? from.NextInRange(1, 9) : 0;
        long target = random.NextInRange(1, 20);
        long lost = Few(ref random);
        long held = random.NextInRange(0, target);
        long answered = Few(ref random) * 10;
        Messages messages = new()
        {
            Answered = answered, TimedOut = Few(ref random), Lost = Few(ref random), NotSent = Few(ref random),
        };
        messages = messages with { Sent = answered + messages.TimedOut + messages.Lost };
        messages = messages with { Offered = messages.Sent + messages.NotSent };
        bool hasSchedule = command is "query" or "churn" or "saturate" or "monitor";
        RunDocument run = SampleRun.Hold(target, held, Few(ref random));
        return run with
        {
            Command = command,
            Connections = run.Connections with
            {
                Target = command is "serve" or "churn" or "saturate" ? null : target,
                Opened = held + lost,
                Closed = new ReasonCounts { { CloseReason.Drained, held }, { CloseReason.PeerClosed, lost } },
                Lost = lost,
            },
            Connect = run.Connect! with { Attempts = held + lost + run.Connections.ConnectFailed.Total },
            Messages = messages.Offered > 0 ? messages : null,
            Rate = hasSchedule ? new Rate(messages.Offered, messages.Answered) : null,
            Result = command switch
            {
                "bench" => new BenchResult([], []),
                "saturate" => SearchOf(ref random),
                _ => null,
            },
        };
    }

    /// <summary>Ten times as many messages without an answer, so that some runs with answers have less than half.
    /// </summary>
    private static RunDocument WithMoreUnanswered(RunDocument run)
    {
        if (run.Messages is not { } drawn)
        {
            return run;
        }

        Messages messages = drawn with { TimedOut = drawn.TimedOut * 10, Lost = drawn.Lost * 10 };
        messages = messages with { Sent = messages.Answered + messages.TimedOut + messages.Lost };
        messages = messages with { Offered = messages.Sent + messages.NotSent };
        return run with
        {
            Messages = messages,
            Rate = run.Rate is null ? null : new Rate(messages.Offered, messages.Answered),
        };
    }

    private static SaturationResult SearchOf(ref Prng random)
    {
        SaturationSearch search = new(new SaturationRule(), new SearchPlan());
        for (long steps = random.NextInRange(0, 4); steps > 0 && search.NextPerSecond is { } rate; steps--)
        {
            StepFigures good = SearchRuns.Good(rate);
            search.Add(random.NextInRange(0, 2) switch
            {
                0 => good, 1 => SearchRuns.AllRefused(rate), _ => good with { LagP99Ns = 5_000_000 },
            });
        }

        return search.Result;
    }
}
