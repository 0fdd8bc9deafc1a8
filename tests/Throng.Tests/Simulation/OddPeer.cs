using System.Numerics;
using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>
/// An echo server that behaves badly on every second connection, in one of the ways its <see cref="Conduct"/> allows
/// when the connection comes. On the others it is the real one.
/// </summary>
internal struct OddPeer(Echo echo, Conduct conduct) : IWorkload
{
    private const byte AnswerTimer = 1;
    private const long LateMaxNs = 3 * Ns.Second;

    /// <summary>After this long whoever never reads goes away.</summary>
    private const long PatienceNs = 20 * Ns.Second;
    private const int WaitingMax = 256 * 1024;
    private const int PiecesMax = 64;

    private readonly Conduct _conduct = conduct;
    private readonly Dictionary<Handle, Talk> _talks = [];
    private Echo _echo = echo;

    public readonly long NextArrivalNs => _echo.NextArrivalNs;

    public readonly bool IsFinished => _echo.IsFinished;

    public void OnStart(ref Act act) => _echo.OnStart(ref act);

    public void OnArrival(ref Act act) => _echo.OnArrival(ref act);

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        _echo.OnOpened(ref act, connection, ref state);
        Misdeeds allowed = _conduct.Misdeeds;
        if (allowed == Misdeeds.None || act.Random.NextInRange(0, 1) == 0
            || act.Connections[connection].Reason != CloseReason.None)
        {
            return;
        }

        int skips = (int)act.Random.NextInRange(0, BitOperations.PopCount((uint)allowed) - 1);
        for (; skips > 0; skips--)
        {
            allowed &= allowed - 1;
        }

        Misdeeds one = allowed & (Misdeeds)(-(int)allowed);
        _talks.Add(connection, new Talk { Misdeed = one });
        if (one == Misdeeds.NeverReads)
        {
            act.Receive(connection, ReceiveMode.Paused);
            act.SetTimer(connection, act.NowNs + PatienceNs, AnswerTimer);
        }
    }

    public void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        if (!_talks.TryGetValue(connection, out Talk? talk))
        {
            _echo.OnReceived(ref act, connection, ref state, bytes, ref lease);
        }
        else if (talk.Waiting.Count + talk.Held.Count < WaitingMax && !talk.HasFinished)
        {
            Answer(ref act, connection, talk, bytes);
        }
    }

    public void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        if (!_talks.TryGetValue(connection, out Talk? talk))
        {
            _echo.OnSent(ref act, connection, ref state, bytes, sentNs);
            return;
        }

        talk.Waiting.RemoveRange(0, bytes);
        talk.SentBytes += bytes;
        if (talk is { Held.Count: > 0, Misdeed: Misdeeds.OneByte })
        {
            SendHeld(ref act, connection, talk, 1);
        }

        CloseWhereDone(ref act, connection, talk);
    }

    public void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        if (!_talks.TryGetValue(connection, out Talk? talk))
        {
            _echo.OnPeerFinished(ref act, connection, ref state);
            return;
        }

        talk.PeerFinished = true;
        CloseWhereDone(ref act, connection, talk);
    }

    public void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        if (!_talks.TryGetValue(connection, out Talk? talk))
        {
            _echo.OnTimer(ref act, connection, ref state, timer);
            return;
        }

        if (talk.Misdeed == Misdeeds.NeverReads)
        {
            act.Close(connection, CloseReason.Finished, CloseKind.Rst);
            return;
        }

        SendHeld(ref act, connection, talk, talk.Held.Count);
    }

    public readonly void OnDatagram(ref Act act, in DatagramRoute route, scoped ReadOnlySpan<byte> bytes)
    {
        Misdeeds now = act.Random.NextInRange(0, 1) == 0 ? Misdeeds.None : _conduct.Misdeeds;
        if ((now & Misdeeds.Never) != 0 && act.Random.NextInRange(0, 2) == 0)
        {
            return;
        }

        if ((now & Misdeeds.Wrong) != 0 && act.Random.NextInRange(0, 2) == 0)
        {
            byte[] other = bytes.ToArray();
            other[act.Random.NextInRange(0, other.Length - 1)] ^= 1;
            act.SendTo(route, other);
            return;
        }

        _echo.OnDatagram(ref act, route, bytes);
        if ((now & Misdeeds.Twice) != 0)
        {
            _echo.OnDatagram(ref act, route, bytes);
        }
    }

    public void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts) =>
        _echo.OnFacts(ref act, connection, ref state, result, facts);

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        _talks.Remove(connection);
        _echo.OnClosed(ref act, connection, ref state, reason, phase, errno);
    }

    public void OnMessage(ref Act act, in WorkerMessage command) => _echo.OnMessage(ref act, command);

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        Talk talk = _talks[connection];
        int from = (int)(streamOffset - talk.SentBytes);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = talk.Waiting[from + i];
        }
    }

    private static void Answer(ref Act act, Handle connection, Talk talk, scoped ReadOnlySpan<byte> bytes)
    {
        switch (talk.Misdeed)
        {
            case Misdeeds.HalfCloses:
                talk.HasFinished = true;
                Send(ref act, connection, talk, bytes, SendMode.Last);
                break;

            case Misdeeds.OneByte:
                int pieces = Math.Min(bytes.Length, PiecesMax);
                talk.Held.AddRange(bytes[..pieces]);
                SendHeld(ref act, connection, talk, bytes.Length > pieces ? talk.Held.Count : 1);
                Send(ref act, connection, talk, bytes[pieces..]);
                break;

            case Misdeeds.Twice:
                Send(ref act, connection, talk, bytes);
                Send(ref act, connection, talk, bytes);
                break;

            case Misdeeds.OutOfOrder when talk.Held.Count > 0:
                Send(ref act, connection, talk, bytes);
                SendHeld(ref act, connection, talk, talk.Held.Count);
                break;

            case Misdeeds.OutOfOrder or Misdeeds.Late:
                talk.Held.AddRange(bytes);
                act.SetTimer(connection, act.NowNs + act.Random.NextInRange(1, LateMaxNs), AnswerTimer);
                break;

            case Misdeeds.Wrong:
                byte[] other = bytes.ToArray();
                other[act.Random.NextInRange(0, other.Length - 1)] ^= (byte)(1 << (int)act.Random.NextInRange(0, 7));
                Send(ref act, connection, talk, other);
                break;

            case Misdeeds.ClosesAtOnce:
                Send(ref act, connection, talk, bytes[..(bytes.Length / 2)]);
                act.Close(connection, CloseReason.Finished, (CloseKind)act.Random.NextInRange(0, 1));
                break;
        }
    }

    private static void SendHeld(ref Act act, Handle connection, Talk talk, int bytes)
    {
        byte[] some = [.. talk.Held[..bytes]];
        talk.Held.RemoveRange(0, bytes);
        Send(ref act, connection, talk, some);
    }

    private static void Send(
        ref Act act, Handle connection, Talk talk, scoped ReadOnlySpan<byte> bytes, SendMode mode = SendMode.Normal)
    {
        if (bytes.Length > 0)
        {
            long offset = talk.SentBytes + talk.Waiting.Count;
            talk.Waiting.AddRange(bytes);
            act.Send(connection, bytes.Length, offset, mode);
        }
    }

    private static void CloseWhereDone(ref Act act, Handle connection, Talk talk)
    {
        if (talk is { PeerFinished: true, Waiting.Count: 0, Held.Count: 0 })
        {
            act.Close(connection, CloseReason.PeerClosed);
        }
    }

    /// <summary>State of a connection that is treated badly.</summary>
    private sealed class Talk
    {
        public Misdeeds Misdeed;

        /// <summary>Announced, and not known to be sent; the first of them is at that offset.</summary>
        public readonly List<byte> Waiting = [];
        public long SentBytes;

        /// <summary>To be sent some time.</summary>
        public readonly List<byte> Held = [];
        public bool PeerFinished;
        public bool HasFinished;
    }
}
