using System.Collections;

namespace Throng.Measurement;

/// <summary>
/// Outcomes by reason, in the order they were added. Reasons are lower-case words joined by hyphens; those a rule or a
/// view asks for are named here, so that the engine and the rules spell them alike.
/// </summary>
public sealed class ReasonCounts : IEnumerable<KeyValuePair<string, long>>
{
    /// <summary>connect: the peer's host answered with a reset (ECONNREFUSED).</summary>
    public const string Refused = "refused";

    /// <summary>connect: no answer in time.</summary>
    public const string Timeout = "connect-timeout";

    /// <summary>connect: no free source port towards the target (EADDRNOTAVAIL, or the plan is used up).</summary>
    public const string NoPort = "no-port";

    /// <summary>connect: no descriptor or slot left (EMFILE, ENFILE).</summary>
    public const string NoDescriptor = "no-descriptor";

    /// <summary>No memory in the kernel for a socket or its buffers (ENOMEM, ENOBUFS).</summary>
    public const string NoMemory = "no-memory";

    /// <summary>connect: no route to the network or host.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>connect: still under way when the run ended; nobody's failure.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>TLS could not agree, or a certificate was not accepted.</summary>
    public const string TlsFailed = "tls-failed";

    /// <summary>
    /// Every reason that can be asked for as a metric. The engine's reasons are among these; a document may hold
    /// others (of a later version), which are counted in the total.
    /// </summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        Refused, Timeout, NoPort, NoDescriptor, NoMemory, Unreachable, Cancelled,
        "drained", "lowered", "finished", "peer-closed", "reset", "timed-out", "ping-timeout", "invalid-reply",
        "not-permitted", TlsFailed, "other",
    ];

    private readonly List<KeyValuePair<string, long>> _counts = [];

    /// <summary>Sum over all reasons.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (KeyValuePair<string, long> count in _counts)
            {
                total += count.Value;
            }

            return total;
        }
    }

    /// <summary>Count of one reason; 0 when it never occurred.</summary>
    public long this[string reason]
    {
        get
        {
            int at = _counts.FindIndex(count => count.Key == reason);
            return at < 0 ? 0 : _counts[at].Value;
        }
    }

    /// <summary>Adds to a reason; how a document is put together before it is published.</summary>
    public void Add(string reason, long count)
    {
        int at = _counts.FindIndex(existing => existing.Key == reason);
        if (at < 0)
        {
            _counts.Add(new(reason, count));
        }
        else
        {
            _counts[at] = new(reason, _counts[at].Value + count);
        }
    }

    /// <summary>Those that occurred, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ByCount() =>
        [.. _counts.Where(count => count.Value != 0).OrderByDescending(count => count.Value)];

    public IEnumerator<KeyValuePair<string, long>> GetEnumerator() => _counts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
