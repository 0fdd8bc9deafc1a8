using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A share is one of what contains it, by the identities of the counts.</summary>
public sealed class MetricBaseTests
{
    /// <summary>
    /// Each part with its base, and why it is contained in it: held and disturbed are seats of the target, what is
    /// lost, closed or reconnected was opened, what is answered in the drain was answered, what is lost, late (timed
    /// out before) or invalid (lost with its connection) was sent, what was sent, dropped or not sent was offered.
    /// </summary>
    private static readonly (string Part, string Base)[] Contained =
    [
        ("connections.held", "connections.target"),
        ("connections.lost", "connections.opened"),
        ("connections.reconnected", "connections.opened"),
        ("connections.served_peak", "connections.peak"),
        ("connections.unserved", "connections.opened"),
        ("connections.closed", "connections.opened"),
        ("connections.connect_failed", "connect.attempts"),
        ("messages.not_sent", "messages.offered"),
        ("messages.sent", "messages.offered"),
        ("messages.answered", "messages.sent"),
        ("messages.answered_in_drain", "messages.answered"),
        ("messages.late", "messages.sent"),
        ("messages.timed_out", "messages.sent"),
        ("messages.lost", "messages.sent"),
        ("messages.refused", "messages.sent"),
        ("messages.not_permitted", "messages.sent"),
        ("messages.invalid", "messages.sent"),
        ("rate.achieved", "rate.offered"),
        ("tcp.sampled", "tcp.sampled_of"),
        ("query.answers", "messages.answered"),
        ("query.truncated", "messages.answered"),
        ("churn.ok", "messages.offered"),
        ("churn.held.lost", "churn.held.opened"),
        ("saturate.held.lost", "saturate.held.opened"),
        ("churn.outcomes", "messages.sent"),
        ("monitor.lasting", "connections.target"),
        ("monitor.lost", "connections.opened"),
        ("monitor.disturbed", "connections.target"),
        ("monitor.unrecovered", "connections.target"),
        ("monitor.dropped", "messages.offered"),
        ("monitor.new.ok", "monitor.new.attempted"),
        ("monitor.new.failed", "monitor.new.attempted"),
        ("monitor.new.reasons", "monitor.new.attempted"),
    ];

    [Fact]
    public void Every_share_is_one_of_what_contains_it() => Assert.Equal(
        Contained,
        Metrics.All.Where(metric => metric.Whole is not null).Select(metric => (metric.Name, metric.Whole!)));

    [Fact]
    public void A_base_is_a_metric_of_the_same_unit() => Assert.All(
        Metrics.All.Where(metric => metric.Whole is not null),
        metric => Assert.Equal(metric.Unit, Metrics.All.Single(one => one.Name == metric.Whole).Unit));

    /// <summary>Fates are drawn at random, all of them one and none of them too.</summary>
    [Fact]
    public void No_share_of_messages_is_above_one_whatever_becomes_of_them()
    {
        Prng random = new(5);
        for (int round = 0; round < 1000; round++)
        {
            long Drawn(ref Prng prng) => prng.NextInRange(0, 2) == 0 ? 0 : prng.NextInRange(0, 1000);
            long answered = Drawn(ref random);
            long timedOut = Drawn(ref random);
            long late = Math.Min(timedOut, Drawn(ref random));
            long lost = Drawn(ref random);
            long invalid = Drawn(ref random);
            long sent = answered + timedOut + lost + invalid;
            Counts counts = default(Counts)
                .With(Counter.MessagesAnswered, answered).With(Counter.MessagesTimedOut, timedOut)
                .With(Counter.MessagesLate, late).With(Counter.MessagesLost, lost)
                .With(Counter.MessagesInvalid, invalid).With(Counter.MessagesSent, sent)
                .With(Counter.MessagesOffered, sent + Drawn(ref random));
            RunDocument run = SampleRun.Full with { Messages = Messages.Of(counts) };
            foreach (Metric metric in Metrics.All.Where(one => one.Whole?.StartsWith(
                "messages.", StringComparison.Ordinal) == true && one.Name.StartsWith(
                    "messages.", StringComparison.Ordinal)))
            {
                Assert.True(Metrics.Value(run, metric.Name) <= Metrics.Value(run, metric.Whole!), metric.Name);
            }
        }
    }
}
