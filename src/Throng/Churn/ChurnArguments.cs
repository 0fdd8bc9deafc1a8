using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>From what was typed after `churn` to what is to be done.</summary>
public static class ChurnArguments
{
    private const double RateDefault = 100;

    /// <summary>Errors in the combination of options, found before anything is resolved or read.</summary>
    public static IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        bool isExchange = values.Get(ChurnOptions.Life) == "exchange";
        found.NoEffect(
            isExchange
                ? [ChurnOptions.Requests, ChurnOptions.Size]
                : [ChurnOptions.Content, ChurnOptions.ExpectReply],
            $"has no effect with --life {(isExchange ? "exchange" : "requests")}");
        SharedOptions.RefuseCount(values, found, values.Get(ChurnOptions.Arrivals) == "poisson");
        found.AtMostOne(ChurnOptions.Profile, ChurnOptions.Rate, ChurnOptions.Step);
        bool hasSteps = values.Get(ChurnOptions.Rate).Count > 1;
        if (hasSteps)
        {
            found.NoEffect(
                SharedOptions.Duration, "has no effect with several --rate: --step is how long each of them lasts");
        }
        else
        {
            found.NoEffect(ChurnOptions.Cooldown, "has no effect with a single --rate");
        }

        if (values.Get(ChurnOptions.Requests) * values.Get(ChurnOptions.Size) > int.MaxValue)
        {
            found.Add("--requests times --size is more than 2 GiB for one connection");
        }

        if (values.Get(ChurnOptions.Lifetime) >= values.Get(ChurnOptions.Timeout))
        {
            found.Add(
                $"--lifetime {Units.Duration(values.Get(ChurnOptions.Lifetime))} is not shorter than --timeout "
                    + $"{Units.Duration(values.Get(ChurnOptions.Timeout))}: every connection would time out");
        }

        foreach (double rate in values.Get(ChurnOptions.Rate).Where(rate => rate <= 0))
        {
            found.Add($"--rate {rate}: a step needs a rate above 0");
        }

        return found.Errors;
    }

    /// <summary>
    /// Specification of the load. Resolves names (a <see cref="SetupException"/> when one does not resolve) and reads
    /// files.
    /// </summary>
    /// <param name="errors">What is wrong with it; the spec is then not to be used.</param>
    public static ChurnSpec ToSpec(Values values, List<string> errors)
    {
        RateProfile profile = Profile(values, errors);
        ChurnSpec plain = new()
        {
            Profile = profile,
            WarmUpNs = values.Get(ChurnOptions.WarmUp),
            Count = values.Get(SharedOptions.Count),
            Arrivals = values.Get(ChurnOptions.Arrivals) == "poisson" ? Arrivals.Poisson : Arrivals.Constant,
            Life = values.Get(ChurnOptions.Life) == "exchange" ? ChurnLife.Exchange : ChurnLife.Requests,
            Requests = values.Get(ChurnOptions.Requests),
            RequestBytes = (int)values.Get(ChurnOptions.Size),
            Content = Content(values.Get(ChurnOptions.Content), "--content", errors),
            Expects = Expectation(values, errors),
            LifetimeNs = values.Get(ChurnOptions.Lifetime),
            TimeoutNs = values.Get(ChurnOptions.Timeout),
            Held = values.Get(ChurnOptions.Held),
            Connections = values.Get(ChurnOptions.Held) + (values.Has(ChurnOptions.InFlightMax)
                ? values.Get(ChurnOptions.InFlightMax)
                : ChurnSpec.InFlightOf(
                    profile, values.Get(ChurnOptions.Lifetime) + values.Get(ChurnOptions.Timeout))),
        };
        return LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors);
    }

    private static RateProfile Profile(Values values, List<string> errors)
    {
        IReadOnlyList<double> rates = values.Get(ChurnOptions.Rate);
        long durationNs = values.Get(SharedOptions.Duration);
        if (rates.Count > 1)
        {
            long cooldownNs = values.Get(ChurnOptions.Cooldown);
            List<RateSegment> steps = [];
            foreach (double rate in rates)
            {
                if (steps.Count > 0 && cooldownNs > 0)
                {
                    steps.Add(new RateSegment(cooldownNs, 0, 0));
                }

                long warmUpNs = steps.Count == 0 ? values.Get(ChurnOptions.WarmUp) : 0;
                steps.Add(new RateSegment(warmUpNs + values.Get(ChurnOptions.Step), rate, rate));
            }

            if (!RateProfile.TryMake(steps, out RateProfile stepped, out string why))
            {
                errors.Add($"{ChurnOptions.Rate.Spelling}: {why}");
            }

            return stepped;
        }

        RateProfile profile = RateProfile.Constant(rates.Count == 1 ? rates[0] : RateDefault);
        if (values.Get(ChurnOptions.Profile) is { Length: > 0 } written
            && !RateProfile.TryParse(written, out profile, out string error))
        {
            errors.Add(error);
        }

        durationNs = values.Has(ChurnOptions.Step) ? values.Get(ChurnOptions.Step) : durationNs;
        return durationNs > 0 ? profile.EndedAt(durationNs + values.Get(ChurnOptions.WarmUp)) : profile;
    }

    /// <summary>A server that is sent nothing may have nothing to say.</summary>
    private static ReplyExpectation Expectation(Values values, List<string> errors)
    {
        string written = values.Get(ChurnOptions.ExpectReply) is { Length: > 0 } said ? said
            : values.Get(ChurnOptions.Content).Length > 0 ? "any" : "0";
        if (written == "any")
        {
            return ReplyExpectation.Any;
        }

        if (Kinds.Bytes(0, int.MaxValue)(written, out long bytes, out _))
        {
            return bytes == 0 ? new ReplyExpectation(0, long.MaxValue) : ReplyExpectation.Bytes(bytes);
        }

        return ReplyExpectation.Exactly(Content(written, "--expect-reply", errors));
    }

    private static byte[] Content(string path, string option, List<string> errors)
    {
        if (path.Length == 0)
        {
            return [];
        }

        if (!InputFile.TryRead(path, InputFile.ContentBytesMax, out byte[] content, out string error))
        {
            errors.Add($"{option}: {error}");
        }

        return content;
    }
}
