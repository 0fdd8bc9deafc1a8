using System.Text;
using Throng.Engine;

namespace Throng;

/// <summary>From what was typed after `bench` to what is to be done.</summary>
public static class BenchArguments
{
    /// <summary>Errors in the combination of options, found before anything is resolved.</summary>
    public static IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        found.AtMostOne(LoadOptions.Target, BenchOptions.Compare);
        found.AtMostOne(BenchOptions.Size, BenchOptions.Message);
        long replyBytes = values.Get(BenchOptions.ReplySize);
        if (replyBytes > 0 && replyBytes < MessageBytes(values))
        {
            found.Add($"--reply-size {replyBytes} is less than the message has, {MessageBytes(values)}: the whole "
                + "message is to come back");
        }

        if (values.Has(BenchOptions.For))
        {
            found.NoEffect(BenchOptions.PerConnection, "has no effect with --for: connections are never done");
        }

        bool startsServers = values.Get(BenchOptions.Compare).Names.Any(name => name.Endpoint is null);
        if (startsServers && values.Get(TlsOptions.Tls))
        {
            found.Add($"{values.Origin(TlsOptions.Tls)}: the servers that --compare starts have no TLS");
        }

        if (startsServers && values.Get(SharedOptions.DryRun))
        {
            found.Add("--dry-run runs nothing, and --compare starts servers");
        }

        return found.Errors;
    }

    /// <summary>
    /// Specification of the bench; with --compare, for the servers that run already. Resolves names: a <see
    /// cref="SetupException"/> when one does not resolve.
    /// </summary>
    /// <param name="errors">What is wrong with it; the spec is then not to be used.</param>
    public static BenchSpec ToSpec(Values values, List<string> errors)
    {
        BenchSpec plain = new()
        {
            Concurrency = values.Get(BenchOptions.Concurrency).Numbers,
            Rounds = values.Has(BenchOptions.Rounds) || !values.Has(BenchOptions.For)
                ? (int)values.Get(BenchOptions.Rounds)
                : 1,
            MessageBytes = (int)MessageBytes(values),
            Message = values.Get(BenchOptions.Message),
            ReplyBytes = (int)values.Get(BenchOptions.ReplySize),
            ForNs = values.Get(BenchOptions.For),
            ReplyTimeoutNs = values.Get(BenchOptions.ReplyTimeout),
            KeepsRanks = values.Has(BenchOptions.PerConnection),
            Connections = values.Get(BenchOptions.Concurrency).Numbers.Max(),
        };
        IReadOnlyList<ComparedName> compared = values.Get(BenchOptions.Compare).Names;
        IReadOnlyList<Endpoint> endpoints = compared.Count == 0
            ? values.Get(LoadOptions.Target)
            : [.. compared.Select(name => name.Endpoint).OfType<Endpoint>()];
        return LoadArguments.Fill(plain, values, endpoints, errors);
    }

    private static long MessageBytes(Values values) => values.Has(BenchOptions.Message)
        ? Encoding.UTF8.GetByteCount(values.Get(BenchOptions.Message))
        : values.Get(BenchOptions.Size);
}
