using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Several runs against one box that keeps state (firewall, NAT, load balancer), put together for who has to judge it:
/// how it was measured, the quantities of RFC 9693 and the timeouts as far as a run found them, and everything else as
/// not measured, with the reason and the command that measures it.
/// </summary>
public sealed record BoxReport
{
    public const string Title = "Stateful box: connections it holds, sets up, tears down and forgets";

    /// <summary>Difference between the RFC and this program, which whoever compares figures has to know.</summary>
    public const string Method = "The quantities are those of RFC 9693, the method is not: these are TCP connections "
        + "between two kernels, where the RFC counts test frames of UDP and empties the table to time the tear-down. "
        + "Compare figures that were got the same way.";

    public required IReadOnlyList<BoxTable> Tables { get; init; }

    public required IReadOnlyList<BoxGap> Gaps { get; init; }

    /// <summary>The report on these runs, in their order.</summary>
    public static BoxReport Of(IReadOnlyList<NamedRun> runs)
    {
        List<BoxGap> gaps = [];
        List<BoxTable> tables =
        [
            SetUp(runs),
            .. BoxLimits.Tables(runs, gaps), .. BoxRates.Tables(runs, gaps), .. BoxTimeouts.Tables(runs, gaps),
            Settings(runs),
        ];
        foreach (NamedRun one in runs)
        {
            if (one.Run.Own?.Text("server") == "embedded")
            {
                gaps.Add(new("a box", $"{one.Name} had a server of its own on loopback: nothing was between",
                    $"throng serve at the far side, then throng {one.Run.Command} HOST:PORT"));
            }
            else if (one.Run.Command is not ("capacity" or "saturate" or "churn" or "idle"))
            {
                gaps.Add(new(one.Name, $"a run of {one.Run.Command} tells none of these quantities", BoxGap.None));
            }
        }

        gaps.Add(new("throughput, latency and loss of frames through connections that are held",
            "connections are counted here, not frames", BoxGap.None));
        gaps.Add(new("UDP and ICMP", "the commands behind this report use TCP", BoxGap.None));
        return new BoxReport { Tables = [.. tables.Where(table => table.Rows > 0)], Gaps = gaps };
    }

    private static BoxTable SetUp(IReadOnlyList<NamedRun> runs) => BoxTable.Of(
        "set-up", "Set-up", "Where and when each run was made, and whether it went as it was asked to.",
        ["run", "command", "state", "began (UTC)", "lasted", "kernel", "CPUs", "engine", "throng"],
        runs.Select(one => (string[])
        [
            one.Name, one.Run.Command, RunStates.Word(RunStates.Of(one.Run)),
            one.Run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            Units.Duration(one.Run.DurationNs), one.Run.Host.Kernel, Units.Count(one.Run.Host.Cpus),
            one.Run.Host.Engine, one.Run.Tool.Version,
        ]));

    /// <summary>Every option that has a value in one of them.</summary>
    private static BoxTable Settings(IReadOnlyList<NamedRun> runs)
    {
        string[] names = [.. runs.SelectMany(one => one.Run.Options.Select(option => option.Key)).Distinct()];
        return BoxTable.Of(
            "settings", "Settings", "Every option of the runs; - where a run does not have it, or nothing was set.",
            ["option", .. runs.Select(one => one.Name)],
            names.Select(name => (string[])[name, .. runs.Select(one => ValueOf(one.Run, name))])
                .Where(row => row.Skip(1).Any(value => value != BoxTable.Nothing)));
    }

    private static string ValueOf(RunDocument run, string name) => run.Options.Find(name) switch
    {
        null or { Kind: NodeKind.Null } or { Kind: NodeKind.List, Items: { Count: 0 } }
            or { Kind: NodeKind.Flag, Flag: false } => BoxTable.Nothing,
        { } value => TextLines.ValueText(name, value),
    };
}

/// <summary>A quantity that no run found.</summary>
/// <param name="Command">How it is measured; a dash where this program does not.</param>
public sealed record BoxGap(string What, string Why, string Command)
{
    public const string None = "-";

    /// <summary>Whether a run that should have found it was given: then what it said is the reason.</summary>
    public static BoxGap Of(string what, string command, NamedRun? tried) => new(
        what, tried is null ? "no run of it was given" : $"{tried.Name}: {tried.Run.Verdict.Text}", command);
}

/// <summary>A table of the report.</summary>
/// <param name="Name">Name of its place in a page.</param>
/// <param name="Columns">Texts with a heading first in each.</param>
public sealed record BoxTable(string Name, string Heading, string Meaning, IReadOnlyList<string[]> Columns)
{
    /// <summary>In a cell that has none.</summary>
    public const string Nothing = "-";

    public int Rows => Columns[0].Length - 1;

    public static BoxTable Of(
        string name, string heading, string meaning, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        return new(name, heading, meaning,
            [.. head.Select((title, at) => (string[])[title, .. all.Select(row => row[at])])]);
    }
}
