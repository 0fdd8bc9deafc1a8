using Throng.Engine;

namespace Throng;

/// <summary>From what was typed after `hold` to what is to be done.</summary>
public static class HoldArguments
{
    /// <summary>Errors in the combination of options, found before anything is resolved.</summary>
    public static IEnumerable<string> Contradictions(Values values) =>
        LoadArguments.Contradictions(values, LoadOptions.Target).Errors;

    /// <summary>
    /// Specification of what to hold. Resolves names: a <see cref="SetupException"/> when one does not resolve.
    /// </summary>
    /// <param name="errors">What is wrong with the addresses together; the spec is then not to be used.</param>
    public static HoldSpec ToSpec(Values values, List<string> errors)
    {
        DurationRange interval = values.Get(HoldOptions.PingInterval);
        HoldSpec plain = new()
        {
            Connections = values.Get(LoadOptions.Connections),
            Ping = values.Get(HoldOptions.Ping),
            PingIntervalMinNs = interval.MinNs,
            PingIntervalMaxNs = interval.MaxNs,
            PingTimeoutNs = values.Get(HoldOptions.PingTimeout),
        };
        return LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors);
    }
}
