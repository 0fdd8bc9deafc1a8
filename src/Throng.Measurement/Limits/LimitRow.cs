namespace Throng.Measurement;

/// <summary>One limit of a host: what it is, what a plan needs of it, and how it is raised.</summary>
/// <param name="Name">What it limits, one word or two: <c>ports</c>.</param>
/// <param name="Setting">The kernel's name of it: <c>net.ipv4.ip_local_port_range</c>.</param>
/// <param name="Has">What it is, as a person reads it.</param>
public sealed record LimitRow(string Name, string Setting, string Has)
{
    /// <summary>From this share of a limit on, what is needed is near it.</summary>
    public const double NearRatio = 0.9;

    /// <summary>Amount of the limit that the plan needs, as a person reads it; empty when nothing.</summary>
    public string Needs { get; init; } = "";

    public LimitState State { get; init; }

    /// <summary>The same as numbers, in the unit of the setting (memory in bytes); null where it is not a number.
    /// </summary>
    public double? HasNumber { get; init; }

    public double? NeedsNumber { get; init; }

    /// <summary>How many connections of this plan it allows; null when it bounds none.</summary>
    public long? Connections { get; init; }

    /// <summary>Command that raises the limit, to type as it is; empty when there is no such thing.</summary>
    public string Command { get; init; } = "";

    /// <summary>Remark that a person has to know to read the row, one line; empty when it is plain.</summary>
    public string Note { get; init; } = "";

    /// <summary>The sum as one sentence, for a refusal or a finding; empty while all is well.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Help behind the sentence of a refusal: the command, unless there are other ways.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>Whether it may well not count for this plan at all: then a run only mentions it.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Whether --force may run a plan this is too small for: not where nothing could run at all.</summary>
    public bool IsForceable { get; init; } = true;

    /// <summary>How much of it is needed: ok, near from <paramref name="nearRatio"/> on, too small beyond all of it.
    /// </summary>
    public static LimitState StateOf(double needed, double has, double nearRatio = NearRatio) =>
        needed > has ? LimitState.TooSmall
        : needed > has * nearRatio ? LimitState.Near
        : LimitState.Ok;
}
