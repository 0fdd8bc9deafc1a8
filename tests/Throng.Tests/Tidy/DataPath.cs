using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>
/// Constructs that code run for every event must not contain, and the few places where the code is no event's.
/// </summary>
internal static partial class DataPath
{
    private static readonly string[] Folders =
    [
        "Loop", "Backends", "Buffers", "Connections", "Addresses", "Clients", "Schedules", "Hold", "Query", "Churn",
        "Monitor", "Bench", "Idle", "Serve", "PacketTcp", "PacketFormats",
    ];

    /// <summary>Endings of the files there that set a run up, lead it or add it up: on the main thread, between
    /// turns or after the end.</summary>
    private static readonly string[] BesideThePath =
    [
        "Run.cs", "Layout.cs", "Guide.cs", "Section.cs", "Step.cs", "Sums.cs", "Figures.cs", "QueryLog.cs",
        "ActiveSchedule.cs", "PatientBind.cs",
    ];

    private static readonly (Regex Pattern, string Instead)[] Banned =
    [
        (TaskWord(), "a handler returns; what comes later is a completion"),
        (AsyncWord(), "a handler returns; what comes later is a completion"),
        (LockWord(), "workers share nothing; post to the mailbox"),
        (LinqCall(), "write the loop: LINQ allocates and calls through delegates"),
        (TryWord(), "calls return >= 0 or -errno; an operating error is counted and closes the connection"),
        (ThrowWord(), "calls return >= 0 or -errno; Check.That is for what cannot be"),
        (ManagedSocket(), "the backend has the sockets; see Throng.Linux.Sockets"),
        (SafeHandleWord(), "a descriptor is an int with one owner"),
        (ConsoleWord(), "count it, or write to the trace; the sampler prints"),
        (ClockWord(), "time is passed in: act.NowNs, or the backend's NowNs"),
        (SleepCall(), "only the backend's Poll waits; arm a timer"),
    ];

    /// <summary>Set-up code that lives in these folders. Each entry is used, or the tests say so.</summary>
    public static readonly DataPathException[] Exceptions =
    [
        new("src/Throng.Engine/Backends/EpollBackend.cs", "throw", "the constructor: a kernel that refuses epoll"),
        new("src/Throng.Engine/Backends/RingTables.cs", "throw", "the constructor: a kernel that refuses a ring"),
        new("src/Throng.Engine/Connections/Reserved.cs", "throw", "maps a slab or a plan once, before the first turn"),
    ];

    public static bool Has(SourceFile file) =>
        Folders.Any(folder => file.IsUnder("src/Throng.Engine/" + folder))
        && !BesideThePath.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal));

    public static IEnumerable<Violation> Of(SourceFile file, IReadOnlyList<DataPathException> exceptions) =>
        from banned in Banned
        from Match match in banned.Pattern.Matches(file.Parts.Code)
        where !exceptions.Any(one => one.Path == file.Path && one.Token == match.Value.Trim())
        select new Violation(file.Path, file.LineAt(match.Index),
            $"'{match.Value.Trim()}' on the data path; {banned.Instead}");

    [GeneratedRegex(@"\b(Value)?Task\b")]
    private static partial Regex TaskWord();

    [GeneratedRegex(@"\b(async|await)\b")]
    private static partial Regex AsyncWord();

    [GeneratedRegex(@"\block\s*\(|\bMonitor\.|\bMutex\b|\bSemaphore(Slim)?\b")]
    private static partial Regex LockWord();

    [GeneratedRegex(@"\bSystem\.Linq\b|(?<!\bMath)\.(Select|SelectMany|Where|ToList|ToArray|ToDictionary|ToHashSet"
        + @"|OrderBy|OrderByDescending|Order|Any|All|Sum|Min|Max|Average|First|FirstOrDefault|Last|LastOrDefault"
        + @"|Single|SingleOrDefault|Count|GroupBy|Aggregate|Distinct|Zip|OfType)(<[^()]*>)?\(")]
    private static partial Regex LinqCall();

    [GeneratedRegex(@"\b(try|catch|finally)\b")]
    private static partial Regex TryWord();

    [GeneratedRegex(@"\bthrow\b")]
    private static partial Regex ThrowWord();

    [GeneratedRegex(@"(?<![\w.])Socket(?=\s+\w+\s*[=;,)])|\bnew Socket\b|\bSystem\.Net\.Sockets\b")]
    private static partial Regex ManagedSocket();

    [GeneratedRegex(@"\bSafe\w*Handle\b")]
    private static partial Regex SafeHandleWord();

    [GeneratedRegex(@"\bConsole\.")]
    private static partial Regex ConsoleWord();

    [GeneratedRegex(@"\bDateTime(Offset)?\b|\bStopwatch\b|\bTickCount(64)?\b")]
    private static partial Regex ClockWord();

    [GeneratedRegex(@"\bThread\.(Sleep|Yield|SpinWait)\b")]
    private static partial Regex SleepCall();
}

/// <summary>A banned word that may stand in one file, and why.</summary>
internal sealed record DataPathException(string Path, string Token, string Why);
