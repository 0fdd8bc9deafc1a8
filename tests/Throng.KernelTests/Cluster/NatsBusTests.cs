using System.Text;
using Throng.Cluster;
using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A real nats-server, and the bus over it, while all is well.</summary>
public sealed class NatsBusTests
{
    [Fact]
    public void A_message_reaches_whoever_listens_and_a_question_is_answered()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control("throng.agent.>");
        NatsParticipant agent = nats.Connect(nats.Spec("a1") with { Subjects = ["throng.agent.a1.>"] });
        _ = controller.Next<BusConnected>();
        Assert.True(controller.Bus.IsConnected);

        agent.Bus.Publish("throng.agent.hello", Bytes("here"));
        Received message = controller.Next<Received>();
        Assert.Equal(("throng.agent.hello", "here", null), (message.Subject, Text(message.Data), message.ReplyTo));

        controller.Bus.Ask(7, "throng.agent.a1.order", Bytes("go"), Eventually.Patience);
        Received order = agent.Next<Received>();
        Assert.Equal("go", Text(order.Data));
        agent.Bus.Answer(order.ReplyTo!, Bytes("gone"));
        Assert.Equal("gone", Text(controller.Next<Answered>().Data!.Value));
    }

    [Fact]
    public void A_question_that_nobody_hears_is_answered_with_nothing_at_once_and_one_in_time()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        NatsParticipant mute = nats.Connect(nats.Spec("mute") with { Subjects = ["throng.agent.mute.order"] });

        // The time limit of this question is longer than a test may last: what answers is the server.
        Assert.Null(controller.Ask("throng.agent.nobody.order", Bytes("go")).Data);

        controller.Bus.Ask(99, "throng.agent.mute.order", Bytes("go"), TimeSpan.FromMilliseconds(200));
        Assert.Null(controller.Next<Answered>(one => one.Id == 99).Data);
        _ = mute.Next<Received>();
    }

    [Fact]
    public void A_presence_goes_by_itself_unless_it_is_written_again()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        Assert.Equal(PutOutcome.Done, controller.Put(Bucket.Agents, "gone", Bytes("1")).Outcome);
        Assert.Equal("1", Text(controller.Get(Bucket.Agents, "gone").Data!.Value));
        Eventually.Holds(
            () =>
            {
                _ = controller.Put(Bucket.Agents, "stays", Bytes("2"));
                IReadOnlyDictionary<string, ReadOnlyMemory<byte>> there = controller.List(Bucket.Agents).Values!;
                Assert.Equal("2", Text(there["stays"]));
                return !there.ContainsKey("gone");
            },
            () => "it stays",
            everyMs: 300);
        Found gone = controller.Get(Bucket.Agents, "gone");
        Assert.Equal((null, 0ul, false), (gone.Data, gone.Revision, gone.IsUnknown));
    }

    [Fact]
    public void A_value_is_written_over_the_revision_that_is_meant_and_no_other()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        Stored first = controller.Put(Bucket.Plans, "run", Bytes("one"), 0);
        Assert.Equal(PutOutcome.Done, first.Outcome);
        Assert.Equal(PutOutcome.Conflict, controller.Put(Bucket.Plans, "run", Bytes("other"), 0).Outcome);
        Stored second = controller.Put(Bucket.Plans, "run", Bytes("two"), first.Revision);
        Assert.Equal(PutOutcome.Done, second.Outcome);
        Assert.Equal(PutOutcome.Conflict, controller.Put(Bucket.Plans, "run", Bytes("x"), first.Revision).Outcome);
        Found found = controller.Get(Bucket.Plans, "run");
        Assert.Equal(("two", second.Revision), (Text(found.Data!.Value), found.Revision));

        controller.Bus.Remove(Bucket.Plans, "run");
        Eventually.Holds(() => controller.Get(Bucket.Plans, "run").Data is null, () => "it is there");
        Assert.Empty(controller.List(Bucket.Plans).Values!);
        Assert.Equal(PutOutcome.Done, controller.Put(Bucket.Plans, "run", Bytes("again"), 0).Outcome);
        Assert.Equal("again", Text(controller.Get(Bucket.Plans, "run").Data!.Value));
    }

    [Fact]
    public void One_of_many_who_want_to_lead_leads()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        NatsParticipant[] others = [.. Enumerable.Range(0, 4).Select(n => nats.Connect(nats.Spec($"c{n}")))];
        for (int id = 0; id < 10; id++)
        {
            foreach (NatsParticipant one in others)
            {
                one.Bus.Put(100 + id, Bucket.Leads, "run", Bytes($"{id}"), 0);
            }
        }

        Stored[] outcomes =
        [
            .. from id in Enumerable.Range(0, 10)
            from one in others
            select one.Next<Stored>(stored => stored.Id == 100 + id),
        ];
        Assert.Single(outcomes, one => one.Outcome == PutOutcome.Done);
        Assert.Equal(39, outcomes.Count(one => one.Outcome == PutOutcome.Conflict));
        Assert.NotNull(controller.Get(Bucket.Leads, "run").Data);
    }

    [Fact]
    public void A_document_of_5_MB_comes_back_whole()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        byte[] document = Peer.Pattern(5 << 20);
        Assert.True(controller.Save("run/a1", document).IsWhole);
        Assert.True(controller.Load("run/a1").Document!.Value.Span.SequenceEqual(document));
        Assert.Null(controller.Load("run/a2").Document);

        byte[] other = Peer.Pattern(300_000, seed: 2);
        Assert.True(controller.Save("run/a1", other).IsWhole);
        Assert.True(controller.Load("run/a1").Document!.Value.Span.SequenceEqual(other));
        Assert.True(controller.Save("run/empty", Array.Empty<byte>()).IsWhole);
        Assert.Equal(0, controller.Load("run/empty").Document!.Value.Length);
        controller.Bus.Discard("run/a1");
        Eventually.Holds(() => controller.Load("run/a1").Document is null, () => "it is there");
    }

    [Fact]
    public void Figures_that_nobody_takes_are_dropped_and_counted_and_hold_up_no_order()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant slow = nats.Connect(nats.Spec("slow") with
        {
            MakesBuckets = true, Figures = ["throng.r.fig.>"], Subjects = ["throng.agent.slow.>"],
        });
        NatsParticipant agent = nats.Connect(nats.Spec("a1"));
        int sent = EventQueue.MessagesMax + 1_000;
        for (int n = 0; n < sent; n++)
        {
            // A figure is dropped while the one before waits to leave: each has a subject of its own here.
            agent.Bus.Publish($"throng.r.fig.{n}", Bytes("figures"));
        }

        Eventually.Holds(() => slow.Bus.Untaken == EventQueue.MessagesMax, () => $"{slow.Bus.Untaken} wait");
        Assert.Null(agent.Ask("throng.nobody", Bytes("")).Data); // all of them have left
        Eventually.Holds(
            () =>
            {
                _ = slow.Has<BusDropped>();
                long dropped = slow.Seen.OfType<BusDropped>().Sum(one => one.Count);
                return slow.Seen.OfType<Received>().Count() + dropped == sent;
            },
            () => $"{slow.Seen.Count} of {sent}");
        Assert.NotEqual(0, slow.Next<BusDropped>().Count);
        agent.Bus.Publish("throng.agent.slow.order", Bytes("go"));
        _ = slow.Next<Received>(one => one.Subject == "throng.agent.slow.order");
    }

    [Fact]
    public void Another_thread_ends_the_wait_and_a_bus_that_has_ended_answers_every_call()
    {
        using NatsCase nats = NatsCase.Start();
        NatsParticipant controller = nats.Control();
        NatsBus bus = controller.Bus;
        _ = controller.Next<BusConnected>();
        Thread other = new(() => bus.Wake());
        other.Start();
        Assert.False(bus.TryTake(out _, TimeSpan.FromHours(1)));
        other.Join();

        bus.Ask(1, "throng.mute", Bytes(""), TimeSpan.FromHours(1));
        bus.Save(2, "run/a1", Peer.Pattern(5 << 20));
        bus.Dispose();
        bus.Put(3, Bucket.Plans, "run", Bytes(""));
        Assert.Null(controller.Next<Answered>(one => one.Id == 1).Data);
        _ = controller.Next<Saved>(one => one.Id == 2);
        Assert.Equal(PutOutcome.Unknown, controller.Next<Stored>(one => one.Id == 3).Outcome);
        controller.HasOneOutcomeEach();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
