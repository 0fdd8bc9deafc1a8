using System.Globalization;
using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>The table of live commands: the prompt, pipes, control sockets and their help read no other.</summary>
public static class PromptCommands
{
    public const string QuitName = "quit";
    public const string StatusName = "status";

    private const long ConnectionsMax = 1L << 32;

    private static readonly PromptCommand Status = new(
        StatusName, "", "what is open, what was lost and why, limits and switches",
        (console, _) => StatusAnswer.Render(console));

    private static readonly PromptCommand Details = new(
        "details", "", "wanted, open, connecting, failed and lost, per target",
        (console, _) => EndpointAnswers.Targets(console.Run));

    private static readonly PromptCommand List = new(
        "list", "[all]", "open connections, oldest first: peer -> local, age, time since the last byte",
        (console, argument) => ConnectionAnswers.List(console.Run, argument));

    private static readonly PromptCommand Listeners = new(
        "listeners", "", "addresses listened on, and what each accepted since the start",
        (console, _) => EndpointAnswers.Listeners(console.Run));

    private static readonly PromptCommand Failed = new(
        "failed", "", "the last 100 of the result's failures, newest first, with addresses and reason",
        (console, _) => ConnectionAnswers.Failed(console.Run));

    private static readonly PromptCommand Set = new(
        "set", "N", "hold N connections from now on, such as `set 250k`", SetConnections);

    private static readonly PromptCommand SetOfQuery = new(
        "set", "rate R", "offer R a second from now on, such as `set rate 50k`; `set rate 0` is a pause until the "
            + "next one; `set connections N` for their number",
        SetRateOrConnections);

    private static readonly PromptCommand Start = new(
        "start", "[TIME]", "begin what waits to be told: now or at TIME; `TIME from T`: what is due from T on",
        StartLoad);

    private static readonly PromptCommand Lease = new(
        "lease", "NS", "end once CLOCK_MONOTONIC has passed NS nanoseconds, unless told a later time before",
        TakeLease);

    private static readonly PromptCommand Step = new(
        "step", "N RATE TIME", "offer one step of a search that another process leads (saturate --led): its number, "
            + "the rate of all parts together, and the moment it begins at (RFC 3339)",
        OfferStep);

    private static readonly PromptCommand Ready = new(
        "ready", "", "whether all connections are open that the load waits for, or no more come",
        (console, _) => Answer.Read(ReadyText(console.Run)));

    private static readonly PromptCommand Result = new(
        "result", "[N]", "the result so far, as a line of JSON; with N, of its series only the last N",
        ResultSoFar);

    private static readonly PromptCommand Ping = new(
        "ping", "[on|off]", "pings on or off; without a word the other of the two", SwitchPing);

    private static readonly PromptCommand Debug = new(
        "debug", "[on|off]", "every event of every connection on stderr, or no longer", SwitchDebug);

    private static readonly PromptCommand Help = new("help", "", "this", (console, _) => ListAll(console));

    private static readonly PromptCommand Quit = new(
        QuitName, "", "close all connections, report and end", (console, _) => console.Quit());

    private static readonly PromptCommand[] OfLoad =
        [Status, Result, Details, List, Listeners, Failed, Ready, Start, Lease, Set, Ping, Debug, Help, Quit];

    private static readonly PromptCommand[] OfQuery =
        [Status, Result, Details, List, Listeners, Failed, Ready, Start, Lease, SetOfQuery, Debug, Help, Quit];

    /// <summary>A run that decides each step itself lets nobody set anything.</summary>
    private static readonly PromptCommand[] OfGuided =
        [Status, Result, Details, List, Listeners, Failed, Ready, Start, Debug, Help, Quit];

    private static readonly PromptCommand[] OfLed =
        [Status, Result, Details, List, Listeners, Failed, Ready, Start, Step, Debug, Help, Quit];

    private static readonly PromptCommand[] OfServer =
        [Status, Result, List, Listeners, Failed, Debug, Help, Quit];

    /// <summary>The commands that mean something for this run.</summary>
    public static IReadOnlyList<PromptCommand> For(ILiveRun run)
    {
        PromptCommand[] all = IsServer(run) ? OfServer
            : run.IsLed ? OfLed
            : run.IsGuided ? OfGuided
            : run.HasRate ? OfQuery
            : OfLoad;
        return run.IsRemote ? [.. all.Except(OfWorkers)] : all;
    }

    /// <summary>Commands that look into the workers, which a run on other hosts has not here; such a run begins by
    /// itself.</summary>
    private static PromptCommand[] OfWorkers => [Details, List, Listeners, Failed, Debug, Ready, Start, Lease];

    /// <summary>A run that only listens; a load with a server of its own is a load.</summary>
    public static bool IsServer(ILiveRun run) => run.Targets.Count == 0;

    /// <summary>Why a command that other runs have is none of this one; empty where no run has it.</summary>
    public static string WhyNot(ILiveRun run, string name) =>
        OfLoad.Append(Step).All(command => command.Name != name) ? ""
        : IsServer(run) ? $"{name} is for a load, and this run only serves"
        : run.IsGuided ? $"{name} is not for {run.Spec.Command}, which decides each step itself"
        : $"{name} is not for {run.Spec.Command}";

    /// <summary>Whether the load waits for connections: <c>ready</c>, or how many of them there are.</summary>
    public static string ReadyText(ILiveRun run)
    {
        if (run.IsReady)
        {
            return "ready";
        }

        Sample now = run.Sample();
        return $"not ready: {Units.Count(now.Open)} of {Units.Count(now.Requested)} open";
    }

    private static Answer ResultSoFar(LiveConsole console, string argument)
    {
        int most = int.MaxValue;
        if (argument.Length > 0
            && !int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out most))
        {
            return Answer.Refuse($"result takes a number of intervals, not '{Text.Plain(argument)}'");
        }

        RunDocument document = console.Run.DocumentSoFar();
        return Answer.Read(Encoding.UTF8.GetString(JsonReport.Render(
            document with { Series = [.. document.Series.TakeLast(most)] }, indented: false)));
    }

    private static Answer StartLoad(LiveConsole console, string argument)
    {
        DateTimeOffset at = default;
        DateTimeOffset from = default;
        string wrong = "";
        string[] both = argument.Split(" from ", 2, StringSplitOptions.TrimEntries);
        if ((argument.Length > 0 && !Kinds.Moment(both[0], out at, out wrong))
            || (both.Length == 2 && !Kinds.Moment(both[^1], out from, out wrong)))
        {
            return Answer.Refuse(wrong);
        }

        if (!console.Run.TryStart(
            argument.Length > 0 ? at : null, both.Length == 2 ? from : null, out string error))
        {
            return Answer.Refuse(error);
        }

        console.Wake();
        return Answer.Read(both.Length == 2 ? $"takes over at {from.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z"
            : argument.Length > 0 ? $"starts at {at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z"
            : console.Run.IsReady ? "starts now"
            : "starts as soon as its connections are open");
    }

    private static Answer TakeLease(LiveConsole console, string argument)
    {
        if (!long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out long untilNs))
        {
            return Answer.Refuse("lease needs a time of CLOCK_MONOTONIC in nanoseconds");
        }

        if (!console.Run.TryLease(untilNs, out string error))
        {
            return Answer.Refuse(error);
        }

        console.Wake();
        return Answer.Read("");
    }

    private static Answer OfferStep(LiveConsole console, string argument)
    {
        string[] words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || !long.TryParse(
            words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number == 0)
        {
            return Answer.Refuse("write `step 1 500 2030-01-31T12:00:00Z`: a number from 1, a rate and a moment");
        }

        return RateProfile.TryParseRate(words[1], out double ratePerSecond, out string error)
            && Kinds.Moment(words[2], out DateTimeOffset at, out error)
            && console.Run.TryStep(number, ratePerSecond, at, out error)
            ? Answer.Read($"step {number} at {Units.Rate(ratePerSecond)}")
            : Answer.Refuse(error);
    }

    private static Answer SetRateOrConnections(LiveConsole console, string argument)
    {
        int space = argument.IndexOf(' ');
        string what = space < 0 ? argument : argument[..space];
        string amount = space < 0 ? "" : argument[(space + 1)..].Trim();
        if (what != "rate" || amount.Length == 0)
        {
            return what == "connections" && amount.Length > 0
                ? SetConnections(console, amount)
                : Answer.Refuse("write `set rate 50k` or `set connections 4000`");
        }

        return RateProfile.TryParseRate(amount, out double ratePerSecond, out string error)
            && console.Run.TryRate(ratePerSecond, out error)
            ? Answer.Read($"rate {Units.Rate(ratePerSecond)}"
                + (ratePerSecond > 0 ? "" : ": a pause, nothing falls due until the next `set rate`"))
            : Answer.Refuse(error);
    }

    private static Answer SetConnections(LiveConsole console, string argument)
    {
        if (argument.Length == 0)
        {
            return Answer.Refuse("set needs a number, such as `set 250k`");
        }

        if (!Units.TryParseCount(argument, out long wanted, out string error))
        {
            return Answer.Refuse(error);
        }

        if (wanted > ConnectionsMax)
        {
            return Answer.Refuse($"'{Text.Plain(argument)}' is more than {Units.Count(ConnectionsMax)}");
        }

        long before = console.Run.Sample().Requested;
        return console.Run.TrySet(wanted, out error)
            ? Answer.Read($"requested {Units.Count(wanted)} (was {Units.Count(before)})")
            : Answer.Refuse(error);
    }

    private static Answer SwitchPing(LiveConsole console, string argument) =>
        TrySwitch(argument, console.Run.PingIsOn, out bool on, out string error) && console.Run.TryPing(on, out error)
            ? Answer.Read(on ? "ping on" : "ping off")
            : Answer.Refuse(error);

    private static Answer SwitchDebug(LiveConsole console, string argument)
    {
        if (!TrySwitch(argument, console.Run.DebugIsOn, out bool on, out string error))
        {
            return Answer.Refuse(error);
        }

        console.Run.Debug(on);
        return Answer.Read(on ? "debug on" : "debug off");
    }

    private static bool TrySwitch(string argument, bool isOn, out bool on, out string error)
    {
        on = argument == "on" || (argument.Length == 0 && !isOn);
        error = argument is "" or "on" or "off" ? "" : $"'{Text.Plain(argument)}' is neither on nor off";
        return error.Length == 0;
    }

    private static Answer ListAll(LiveConsole console) => Answer.Read(string.Join('\n', For(console.Run)
        .Select(command => $"{$"{command.Name} {command.Argument}",-15}{command.Help}")));
}
