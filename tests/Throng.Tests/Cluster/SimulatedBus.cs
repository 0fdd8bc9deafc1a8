using System.Globalization;
using Throng.Cluster;

namespace Throng.Tests.Cluster;

/// <summary>
/// One participant's end of a simulated message system. Messages of one connection keep their order; what is on its
/// way when the connection is lost may be lost with it.
/// </summary>
/// <param name="subjects">Subjects it listens at; a star at the end stands for all that follows.</param>
internal sealed class SimulatedBus(
    VirtualTime time, SimulatedServer server, string name, Action<BusEvent> take, params string[] subjects) : IBus
{
    private static readonly TimeSpan PutTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DocumentTimeout = TimeSpan.FromSeconds(10);

    private readonly HashSet<long> _waiting = [];
    private int _connection;
    private long _outNs;
    private long _inNs;

    public string Name => name;

    public bool IsConnected { get; private set; }

    /// <summary>Its process is gone.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Loses all that it publishes and answers, and nothing else.</summary>
    public bool IsMute { get; set; }

    /// <summary>Outcomes that have not come yet.</summary>
    public int Waiting => _waiting.Count;

    public bool Listens(string subject) => subjects.Any(own => own.EndsWith('*')
        ? subject.StartsWith(own[..^1], StringComparison.Ordinal)
        : subject == own);

    public void ConnectAfter(long ns)
    {
        int connection = _connection;
        time.After(ns, () =>
        {
            if (!IsConnected && !IsClosed && !server.IsDead && connection == _connection)
            {
                IsConnected = true;
                Take(new BusConnected());
            }
        });
    }

    public void Disconnect()
    {
        _connection++;
        if (IsConnected)
        {
            IsConnected = false;
            Take(new BusDisconnected("simulated"));
        }
    }

    public void Close()
    {
        IsClosed = true;
        IsConnected = false;
        _connection++;
    }

    public void Publish(string subject, ReadOnlyMemory<byte> data)
    {
        if (!IsConnected || IsMute)
        {
            return;
        }

        bool isLate = time.Chance(server.Faults.FigureLate); // and comes behind the next ones
        ToServer(() => time.After(isLate ? time.DrawMs(0, 3_000) : 0, () => Deliver(subject, data, null)));
    }

    public void Ask(long id, string subject, ReadOnlyMemory<byte> data, TimeSpan timeout) => Request(
        id, new Answered(id, null), timeout, () =>
        {
            if (server.Listeners(subject).Count == 0)
            {
                return new Answered(id, null);
            }

            string reply = string.Create(CultureInfo.InvariantCulture, $"{name}|{id}");
            Deliver(subject, data, reply);
            if (time.Chance(server.Faults.OrderDoubled))
            {
                time.After(time.DrawMs(0, 1_000), () => Deliver(subject, data, reply));
            }

            return null;
        });

    public void Answer(string to, ReadOnlyMemory<byte> data)
    {
        if (IsConnected && !IsMute && !time.Chance(server.Faults.AnswerLost))
        {
            string[] parts = to.Split('|');
            long id = long.Parse(parts[1], CultureInfo.InvariantCulture);
            ToServer(() => server.Find(parts[0])?.ToMe(new Answered(id, data), id));
        }
    }

    public void Put(long id, Bucket bucket, string key, ReadOnlyMemory<byte> data, ulong? revision = null) => Request(
        id, new Stored(id, PutOutcome.Unknown, 0), PutTimeout, () =>
        {
            (PutOutcome outcome, ulong written) = server.Put(bucket, key, data, revision);
            return new Stored(id, outcome, written);
        }, lost: () => server.PutLate(bucket, key, data, revision));

    public void Get(long id, Bucket bucket, string key) => Request(
        id, new Found(id, null, 0, IsUnknown: true), PutTimeout, () =>
        {
            (ReadOnlyMemory<byte>? data, ulong revision) = server.Get(bucket, key);
            return time.Chance(server.Faults.ReadUnknown)
                ? new Found(id, null, 0, IsUnknown: true)
                : new Found(id, data, revision, IsUnknown: false);
        });

    public void Remove(Bucket bucket, string key)
    {
        if (IsConnected)
        {
            ToServer(() => server.Remove(bucket, key));
        }
    }

    public void List(long id, Bucket bucket) => Request(id, new Listed(id, null), PutTimeout, () =>
        new Listed(id, time.Chance(server.Faults.ReadUnknown) ? null : server.List(bucket)));

    public void Save(long id, string name, ReadOnlyMemory<byte> document) => Request(
        id, new Saved(id, IsWhole: false), DocumentTimeout, () => new Saved(id, server.Save(name, document)),
        takesMs: 150);

    public void Load(long id, string name) => Request(
        id, new Loaded(id, null), DocumentTimeout, () => new Loaded(id, server.Load(name)), takesMs: 150);

    public void Discard(string name)
    {
        if (IsConnected)
        {
            ToServer(() => server.Discard(name));
        }
    }

    private static void Deliver(SimulatedBus to, Received received) => to.ToMe(received, null);

    private void Deliver(string subject, ReadOnlyMemory<byte> data, string? replyTo)
    {
        foreach (SimulatedBus to in server.Listeners(subject))
        {
            Deliver(to, new Received(subject, data, replyTo));
        }
    }

    private void Request(
        long id, BusEvent unknown, TimeSpan timeout, Func<BusEvent?> atServer, Action? lost = null, long takesMs = 0)
    {
        if (!_waiting.Add(id))
        {
            throw new InvalidOperationException($"{name} uses the id {id} twice");
        }

        time.After(timeout.Ticks * 100, () => Outcome(id, unknown));
        if (!IsConnected)
        {
            lost?.Invoke();
            return;
        }

        ToServer(() => time.After(time.DrawMs(0, takesMs), () =>
        {
            if (atServer() is { } outcome)
            {
                ToMe(outcome, id);
            }
        }), lost);
    }

    private void ToServer(Action arrives, Action? lost = null)
    {
        int connection = _connection;
        _outNs = Math.Max(_outNs, time.NowNs + Latency());
        time.At(_outNs, () =>
        {
            if (server.IsDead || (connection != _connection && time.Chance(0.5)))
            {
                lost?.Invoke();
            }
            else
            {
                arrives();
            }
        });
    }

    private void ToMe(BusEvent happened, long? id)
    {
        int connection = _connection;
        _inNs = Math.Max(_inNs, time.NowNs + Latency());
        time.At(_inNs, () =>
        {
            if (connection != _connection)
            {
                return;
            }

            if (id is { } known)
            {
                Outcome(known, happened);
            }
            else if (happened is Received { ReplyTo: null } && time.Chance(server.Faults.FigureDropped))
            {
                Take(new BusDropped(1));
            }
            else
            {
                Take(happened);
            }
        });
    }

    /// <summary>One way: a message takes 4 ms typically, 30 ms at worst.</summary>
    private long Latency() => time.Chance(0.05) ? time.Draw(1_000_000, 15_000_000) : time.Draw(50_000, 4_000_000);

    private void Outcome(long id, BusEvent happened)
    {
        if (_waiting.Remove(id))
        {
            Take(happened);
        }
    }

    private void Take(BusEvent happened)
    {
        if (!IsClosed)
        {
            take(happened);
        }
    }
}
