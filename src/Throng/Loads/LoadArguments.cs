using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>From what was typed after a load's name to what every load is told: names, addresses, sockets.</summary>
public static class LoadArguments
{
    /// <summary>Errors in the combination of options, found before anything is resolved.</summary>
    /// <param name="target">The option that names targets: what may be left out of one differs by command.</param>
    public static Contradiction Contradictions(Values values, RepeatableOption<Endpoint> target)
    {
        Contradiction found = new(values);
        found.Both(SharedOptions.Quiet, SharedOptions.Verbose);
        Outputs.Contradictions(values, found);
        found.Both(LoadOptions.IPv4, LoadOptions.IPv6);
        SharedOptions.RefuseParts(values, found, DateTimeOffset.UtcNow);
        if (values.Get(SharedOptions.Engine) is "kernel" or "xdp")
        {
            found.Add($"{values.Origin(SharedOptions.Engine)} {values.Get(SharedOptions.Engine)} is of throng serve: "
                + "it echoes and opens no connections");
        }

        PacketEngine.Contradictions(values, found, hasTarget: values.Get(target).Count > 0);
        if (values.Get(target).Count == 0)
        {
            found.NoEffect(
                [LoadOptions.IPv4, LoadOptions.IPv6, LoadOptions.Public],
                "has no effect without --target: the server is this run's own");
        }

        foreach ((Option<string> option, string what) in
            ((Option<string>, string)[])[(LoadOptions.Failures, "lines"), (LoadOptions.Pcap, "packets")])
        {
            if (values.Get(option) == Outputs.Dash)
            {
                found.Add($"{values.Origin(option)} -: {what} go to a file, which takes them as fast as connections "
                    + "fail; name one");
            }
        }

        if (!values.Has(LoadOptions.Pcap))
        {
            found.NoEffect(LoadOptions.PcapMax, $"has no effect without {LoadOptions.Pcap.Spelling}");
        }

        TlsOptions.Contradictions(values, found, values.Get(target));
        if (values.Get(SharedOptions.DryRun))
        {
            found.NoEffect(
                [
                    SharedOptions.Control, SharedOptions.UntilEof,
                    .. LoadOptions.Prints.Options.Except([SharedOptions.Quiet, SharedOptions.NoColor]),
                ],
                "has no effect with --dry-run, which runs nothing and prints text");
        }

        if (values.Get(LoadOptions.KeepAlive) % Ns.Second != 0)
        {
            found.Add($"{values.Origin(LoadOptions.KeepAlive)}: the kernel counts keepalive in whole seconds");
        }

        foreach (Endpoint endpoint in values.Get(target))
        {
            bool isWrong = endpoint.Address?.AddressFamily switch
            {
                AddressFamily.InterNetwork => values.Get(LoadOptions.IPv6),
                AddressFamily.InterNetworkV6 => values.Get(LoadOptions.IPv4),
                _ => false,
            };
            if (isWrong)
            {
                found.Add($"--target {endpoint} contradicts {(values.Get(LoadOptions.IPv4) ? "-4" : "-6")}");
            }
        }

        return found;
    }

    /// <summary>
    /// <paramref name="plain"/> with what every load is told beside its number of connections. Resolves names: a
    /// <see cref="SetupException"/> when one does not.
    /// </summary>
    /// <param name="endpoints">Targets as written, each with its port.</param>
    /// <param name="errors">What is wrong with the addresses together; the spec is then not to be used.</param>
    public static T Fill<T>(T plain, Values values, IReadOnlyList<Endpoint> endpoints, List<string> errors)
        where T : LoadSpec
    {
        List<TargetName> names = [];
        IReadOnlyList<SockAddr> targets = Resolution.Targets(
            endpoints, values.Get(LoadOptions.IPv4), values.Get(LoadOptions.IPv6), names, errors);
        IReadOnlyList<IPAddress> sources =
            [.. values.Get(LoadOptions.Source).SelectMany(range => range.Addresses).Distinct()];
        if (sources.Count > SourceRange.AddressesMax)
        {
            errors.Add($"--source: {sources.Count:N0} addresses are more than {SourceRange.AddressesMax:N0}");
        }

        CheckFamilies(targets, sources, errors);
        if (!values.Get(LoadOptions.Public))
        {
            errors.AddRange(Routability.Guarded(targets).Select(
                address => $"{address} is a public address: a load goes there only with --public"));
        }

        LoadSpec filled = plain with
        {
            Targets = targets,
            Sources = sources,
            Names = names.Count == 0 ? plain.Names : names,
            SourcePorts = values.Has(LoadOptions.SourcePorts) ? values.Get(LoadOptions.SourcePorts) : null,
            PortOrder = values.Get(LoadOptions.PortOrder) == "random" ? PortOrder.Random : PortOrder.Sequential,
            ConnectRatePerSecond = values.Get(LoadOptions.ConnectRate),
            ConnectTimeoutNs = values.Get(LoadOptions.ConnectTimeout),
            Tls = TlsOptions.ToSpec(values, endpoints),
            Close = values.Get(LoadOptions.Close) == "rst" ? CloseKind.Rst : CloseKind.Fin,
            Socket = new SocketOptions(
                (int)(values.Get(LoadOptions.KeepAlive) / Ns.Second),
                (int)((values.Get(LoadOptions.UserTimeout) + Ns.Millisecond - 1) / Ns.Millisecond),
                AcksAtOnce: values.Get(LoadOptions.QuickAck)),
        };
        return (T)filled;
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
