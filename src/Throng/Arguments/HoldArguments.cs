using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>From what was typed after `hold` to what is to be done: contradictions, names, addresses.</summary>
public static class HoldArguments
{
    private const long SecondNs = 1_000_000_000;
    private const long MillisecondNs = 1_000_000;

    /// <summary>What is wrong with the options together; nothing is resolved yet.</summary>
    public static IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = new(values);
        found.Both(SharedOptions.Quiet, SharedOptions.Verbose);
        found.Both(HoldOptions.IPv4, HoldOptions.IPv6);
        if (values.Of(HoldOptions.Target).Count == 0)
        {
            const string Without = "has no effect without --target: the server is this run's own";
            found.NoEffect(HoldOptions.IPv4, Without);
            found.NoEffect(HoldOptions.IPv6, Without);
            found.NoEffect(HoldOptions.Public, Without);
        }

        if (values.Of(SharedOptions.DryRun))
        {
            const string Dry = "has no effect with --dry-run, which runs nothing and prints text";
            found.NoEffect(SharedOptions.Json, Dry);
            found.NoEffect(SharedOptions.Out, Dry);
            found.NoEffect(SharedOptions.Control, Dry);
            found.NoEffect(SharedOptions.Quiet, Dry);
            found.NoEffect(SharedOptions.Verbose, Dry);
        }

        if (values.Of(HoldOptions.KeepAlive) % SecondNs != 0)
        {
            found.Add($"{values.Origin(HoldOptions.KeepAlive)}: the kernel counts keepalive in whole seconds");
        }

        foreach (Endpoint target in values.Of(HoldOptions.Target))
        {
            bool isWrong = target.Address?.AddressFamily switch
            {
                AddressFamily.InterNetwork => values.Of(HoldOptions.IPv6),
                AddressFamily.InterNetworkV6 => values.Of(HoldOptions.IPv4),
                _ => false,
            };
            if (isWrong)
            {
                found.Add($"--target {target} contradicts {(values.Of(HoldOptions.IPv4) ? "-4" : "-6")}");
            }
        }

        return found.Errors;
    }

    /// <summary>What to hold. Resolves names: a <see cref="SetupException"/> when one does not.</summary>
    /// <param name="errors">What is wrong with the addresses together; the spec is then not to be used.</param>
    public static HoldSpec ToSpec(Values values, List<string> errors)
    {
        IReadOnlyList<SockAddr> targets = Resolution.Targets(
            values.Of(HoldOptions.Target), values.Of(HoldOptions.IPv4), values.Of(HoldOptions.IPv6), errors);
        IReadOnlyList<IPAddress> sources =
            [.. values.Of(HoldOptions.Source).SelectMany(range => range.Addresses).Distinct()];
        if (sources.Count > SourceRange.AddressesMax)
        {
            errors.Add($"--source: {sources.Count:N0} addresses are more than {SourceRange.AddressesMax:N0}");
        }

        CheckFamilies(targets, sources, errors);
        if (!values.Of(HoldOptions.Public))
        {
            errors.AddRange(targets.Select(target => target.Address).Distinct().Where(Routability.IsGlobal)
                .Select(address => $"{address} is a public address: a load goes there only with --public"));
        }

        long connections = values.Of(HoldOptions.Connections);
        DurationRange interval = values.Of(HoldOptions.PingInterval);
        return new HoldSpec
        {
            Connections = connections < 0 ? null : connections,
            Targets = targets,
            Sources = sources,
            SourcePorts = values.Has(HoldOptions.SourcePorts) ? values.Of(HoldOptions.SourcePorts) : null,
            ConnectRatePerSecond = values.Of(HoldOptions.ConnectRate),
            ConnectTimeoutNs = values.Of(HoldOptions.ConnectTimeout),
            Ping = values.Of(HoldOptions.Ping),
            PingIntervalMinNs = interval.MinNs,
            PingIntervalMaxNs = interval.MaxNs,
            PingTimeoutNs = values.Of(HoldOptions.PingTimeout),
            Close = values.Of(HoldOptions.Close) == "rst" ? CloseKind.Rst : CloseKind.Fin,
            Socket = new SocketOptions(
                (int)(values.Of(HoldOptions.KeepAlive) / SecondNs),
                (int)((values.Of(HoldOptions.UserTimeout) + MillisecondNs - 1) / MillisecondNs)),
        };
    }

    /// <summary>Every target needs a source of its family, and every source a target of its own.</summary>
    private static void CheckFamilies(
        IReadOnlyList<SockAddr> targets, IReadOnlyList<IPAddress> sources, List<string> errors)
    {
        if (sources.Count == 0 || targets.Count == 0)
        {
            return;
        }

        bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;
        foreach (SockAddr target in targets.Where(t => !sources.Any(s => IsIPv6(s) == t.IsIPv6)).Take(1))
        {
            errors.Add($"--target {target} has no --source address of its family");
        }

        foreach (IPAddress source in sources.Where(s => !targets.Any(t => t.IsIPv6 == IsIPv6(s))).Take(1))
        {
            errors.Add($"--source {source} has no effect: no --target of its family");
        }
    }
}
