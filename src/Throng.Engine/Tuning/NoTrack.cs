using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The bypass of connection tracking: an nftables table of our own, so that no rule of anybody else is touched and
/// deleting the table takes all of it back.
/// </summary>
public sealed partial class NoTrack
{
    /// <summary>Name of the table, family first.</summary>
    public const string Table = "inet throng_notrack";

    private const string Rules = $$"""
        table {{Table}} {
            chain prerouting { type filter hook prerouting priority raw; meta l4proto tcp notrack; }
            chain output { type filter hook output priority raw; meta l4proto tcp notrack; }
        }

        """;

    private const int TimeoutMs = 10_000;

    private readonly string? _nftPath;

    /// <param name="searchPath">The directories to look for nft in, as PATH has them.</param>
    public NoTrack(string searchPath) =>
        // A person's PATH often lacks the directories of the administrator.
        _nftPath = $"{searchPath}:/usr/sbin:/sbin:/usr/local/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "nft")).FirstOrDefault(File.Exists);

    /// <summary>Where the kernel lists tables of the old iptables.</summary>
    public IReadOnlyList<string> LegacyTables { get; init; } =
        ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"];

    /// <summary>The bypass as a change.</summary>
    public static Change AsChange { get; } = new(
        Table, "none", "table", ChangeScope.Namespace, "connection tracking leaves TCP out; its table would fill");

    /// <summary>
    /// Examines what can be done here about connection tracking. Asks nft, which only answers those who may change
    /// rules.
    /// </summary>
    public NoTrackState Examine(string sysctlRoot = Sysctl.Root)
    {
        if (Sysctl.TryRead("net.netfilter.nf_conntrack_count", sysctlRoot) is null)
        {
            return new NoTrackState(NoTrackStanding.Needless, "");
        }

        if (_nftPath is null)
        {
            return Impossible("nft is not installed (package nftables)");
        }

        if (LegacyTables.Any(path => ReadOrEmpty(path).Length > 0))
        {
            return Impossible("iptables has rules here that nft does not show, and they may depend on it");
        }

        // Without the privilege to look there is none to change either: then the change is tried and its refusal told.
        int exit = Run(["list", "ruleset"], "", out string rules, out string error);
        return exit == 0 ? Judge(rules)
            : error.Contains("not permitted", StringComparison.Ordinal)
                ? new NoTrackState(NoTrackStanding.Possible, "")
                : Impossible($"nft cannot list the rules that are there ({error.Split('\n', 2)[0].Trim()})");
    }

    /// <summary>
    /// Judges the rules that are there. Where connections are translated, or let through because they are known,
    /// untracked ones would be cut: those of the load, and everybody else's.
    /// </summary>
    /// <param name="rules">As `nft list ruleset` prints them.</param>
    public static NoTrackState Judge(string rules)
    {
        if (rules.Contains($"table {Table} {{", StringComparison.Ordinal))
        {
            return new NoTrackState(NoTrackStanding.Present, "");
        }

        return Translation().IsMatch(rules) ? Impossible("addresses are translated here (NAT), which depends on it")
            : StateMatch().IsMatch(rules) && Refusal().IsMatch(rules)
                ? Impossible("rules here let connections pass by their state, which depends on it")
            : new NoTrackState(NoTrackStanding.Possible, "");
    }

    /// <summary>The present value, as <see cref="AsChange"/> has them; empty when nft does not tell.</summary>
    public string Read()
    {
        int exit = Run(["list", "table", .. Table.Split(' ')], "", out _, out string error);
        return exit == 0 ? AsChange.To
            : error.Contains("No such file", StringComparison.Ordinal) ? AsChange.From
            : "";
    }

    /// <summary>Makes the table.</summary>
    /// <returns>Empty, or why it was not made, as nft says it.</returns>
    public string Add() => Said(["-f", "-"], Rules);

    /// <summary>Deletes the table.</summary>
    /// <returns>Empty, or why it was not deleted, as nft says it.</returns>
    public string Remove() => Said(["delete", "table", .. Table.Split(' ')], "");

    private static NoTrackState Impossible(string reason) => new(NoTrackStanding.Impossible, reason);

    private string Said(string[] arguments, string input)
    {
        int exit = Run(arguments, input, out _, out string error);
        string line = error.Split('\n', 2)[0].Trim();
        return exit == 0 ? "" : line.Length > 0 ? $"nft: {line}" : $"nft ended with {exit}";
    }

    /// <summary>Runs nft to its end.</summary>
    /// <returns>Its exit code; -1 when it cannot be run or does not end.</returns>
    private int Run(string[] arguments, string input, out string output, out string error)
    {
        output = "";
        error = "not installed";
        if (_nftPath is null)
        {
            return -1;
        }

        ProcessStartInfo start = new(_nftPath, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> said = process.StandardOutput.ReadToEndAsync();
            Task<string> complained = process.StandardError.ReadToEndAsync();
            Feed(process, input);
            if (!process.WaitForExit(TimeoutMs))
            {
                process.Kill(entireProcessTree: true);
                error = $"did not end in {TimeoutMs / 1000} s";
                return -1;
            }

            // A child that nft left behind could hold the pipes open: what it printed is then not waited for.
            output = said.Wait(TimeoutMs) ? said.Result : "";
            error = complained.Wait(TimeoutMs) ? complained.Result : "";
            return process.ExitCode;
        }
        catch (Win32Exception refused)
        {
            error = Errno.Text(refused.NativeErrorCode);
            return -1;
        }
    }

    /// <summary>nft may end before it has read anything; its exit code tells more than the broken pipe.</summary>
    private static void Feed(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"\b(type nat hook|masquerade|[sd]nat (ip6? )?to|redirect)\b|xt target ""?(MASQUERADE|[SD]NAT)")]
    private static partial Regex Translation();

    [GeneratedRegex(@"\bct (state|status)\b|xt match ""?(conntrack|state)")]
    private static partial Regex StateMatch();

    [GeneratedRegex(@"policy drop|\b(drop|reject)\b")]
    private static partial Regex Refusal();
}
