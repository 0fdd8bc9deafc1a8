using System.Globalization;
using System.Text;
using Throng.Cluster;
using Throng.Engine;

namespace Throng.Tests.Cluster;

/// <summary>A simulated host with an agent, which may be killed and started again.</summary>
internal sealed class SimulatedAgent
{
    private const long TickNs = 100_000_000;

    private readonly VirtualTime _time;
    private readonly SimulatedServer _server;
    private readonly Dictionary<string, (Order Order, long AtNs)> _unanswered = [];
    private readonly Dictionary<string, ulong> _fences = [];
    private AgentMachine? _machine;
    private int _life;

    public SimulatedAgent(VirtualTime time, SimulatedServer server, string name, SimulatedClock clock)
    {
        (_time, _server, Name, Clock) = (time, server, name, clock);
        Jobs = new SimulatedJobs(time, server, clock, name);
    }

    public string Name { get; }

    public SimulatedClock Clock { get; }

    public SimulatedJobs Jobs { get; }

    public SimulatedBus? Bus { get; private set; }

    public bool IsAlive => _machine is not null;

    public bool WasKilled { get; private set; }

    /// <summary>It is of a version that says other things than the controllers.</summary>
    public bool IsForeign { get; init; }

    public void Start()
    {
        int life = ++_life;
        _time.Say($"{Name} starts");
        SimulatedBus bus = new(
            _time, _server, string.Create(CultureInfo.InvariantCulture, $"{Name}.{life}"),
            happened => Take(life, happened), ClusterProtocol.OrdersTo(Name));
        Bus = bus;
        _server.Add(bus);
        Jobs.Sink = happened =>
        {
            if (life == _life)
            {
                _machine?.Take(happened, Clock.Now);
            }
        };
        _machine = new AgentMachine(Card(), new AnsweringBus(bus, Note), Jobs, Clock.Now.Utc);
        _machine.Start();
        bus.ConnectAfter(_time.DrawMs(5, 300));
        Tick(life);
    }

    public void Kill()
    {
        _time.Say($"{Name} is killed");
        WasKilled = true;
        _life++;
        _machine = null;
        Bus?.Close();
        Jobs.Orphan();
        _unanswered.Clear();
        _fences.Clear();
    }

    /// <summary>Checks what it has to be once nobody leads anything.</summary>
    public void CheckIsFree()
    {
        Check.That(_machine is null || Jobs.All.TrueForAll(static job => job.IsOver), $"{Name}: every part has ended");
        ReadOnlyMemory<byte>? value = _server.Get(Bucket.Agents, Name).Data;
        if (_machine is not null)
        {
            Check.That(
                value is { } bytes && ClusterJson.TryRead(bytes, out AgentCard? card) && card.Run is null,
                $"{Name} is free for a run");
            string? left = Jobs.Kept.Select(static kept => kept.Run).FirstOrDefault(Jobs.Forgotten.Contains);
            Check.That(left is null, $"{Name} keeps nothing of run {left}, which is forgotten");
        }

        foreach ((Order order, long atNs) in _unanswered.Values)
        {
            Check.That(_time.NowNs - atNs < 15_000_000_000, $"{Name} has answered {order.Kind} of run {order.Run}");
        }
    }

    private void Tick(int life)
    {
        if (life == _life && _machine is { } machine)
        {
            machine.Tick(Clock.Now);
            while (machine.Lines.TryDequeue(out string? line))
            {
                _time.Say($"{Name}: {line}");
            }

            _time.After(TickNs, () => Tick(life));
        }
    }

    private void Take(int life, BusEvent happened)
    {
        if (life != _life || _machine is not { } machine)
        {
            return;
        }

        if (happened is Received { ReplyTo: { } replyTo } received)
        {
            if (ClusterJson.TryRead(received.Data, out Order? order))
            {
                _unanswered[replyTo] = (order, _time.NowNs);
            }

            if (IsForeign)
            {
                string changed = Encoding.UTF8.GetString(received.Data.Span)
                    .Replace("\"protocol\":1", "\"protocol\":2", StringComparison.Ordinal);
                happened = received with { Data = Encoding.UTF8.GetBytes(changed) };
            }
        }

        machine.Take(happened, Clock.Now);
    }

    /// <summary>Notes an answer: an order of an earlier leader is never carried out once a later one has spoken.
    /// </summary>
    private void Note(string to, ReadOnlyMemory<byte> data)
    {
        if (!_unanswered.Remove(to, out (Order Order, long AtNs) asked)
            || !ClusterJson.TryRead(data, out OrderAnswer? answer))
        {
            return;
        }

        Order order = asked.Order;
        if (order.Kind != OrderKind.Clock)
        {
            _time.Say($"{Name}: {order.Kind} of {order.Run} ({order.Fence}): "
                + $"{(answer.IsDone ? "done" : "refused")} {answer.Text}");
        }

        ulong fence = _fences.GetValueOrDefault(order.Run);
        bool isKnown = answer.Parts is not { Count: 0 } && order.Kind is not (OrderKind.Examine or OrderKind.Leave);
        if (answer.IsDone && isKnown && order.Kind != OrderKind.Forget && order.Kind != OrderKind.End)
        {
            // An answer that the parts gave later may be to an order that was in force when it came.
            Check.That(order.Fence >= fence || asked.AtNs < _time.NowNs, $"{Name} refuses an earlier leader");
            _fences[order.Run] = Math.Max(fence, order.Fence);
        }
    }

    private AgentCard Card() => new()
    {
        Name = Name, Version = "0.1.0", Cpus = 2, Descriptors = 1_000, MemoryBytes = 1L << 30, Ports = 1_000,
        Engine = "uring",
    };

    /// <summary>A bus that shows what is answered.</summary>
    private sealed class AnsweringBus(IBus bus, Action<string, ReadOnlyMemory<byte>> answered) : IBus
    {
        public bool IsConnected => bus.IsConnected;

        public void Publish(string subject, ReadOnlyMemory<byte> data) => bus.Publish(subject, data);

        public void Ask(long id, string subject, ReadOnlyMemory<byte> data, TimeSpan timeout) =>
            bus.Ask(id, subject, data, timeout);

        public void Answer(string to, ReadOnlyMemory<byte> data)
        {
            answered(to, data);
            bus.Answer(to, data);
        }

        public void Put(long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision = null) =>
            bus.Put(id, bucket, key, data, revision);

        public void Get(long id, Bucket bucket, string key) => bus.Get(id, bucket, key);

        public void Remove(Bucket bucket, string key) => bus.Remove(bucket, key);

        public void List(long id, Bucket bucket) => bus.List(id, bucket);

        public void Save(long id, string name, ReadOnlyMemory<byte> document) => bus.Save(id, name, document);

        public void Load(long id, string name) => bus.Load(id, name);

        public void Discard(string name) => bus.Discard(name);
    }
}
