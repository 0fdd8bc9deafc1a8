using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>`tspam`: exchanges over new connections at a rate, and the search for the rate that is too much.</summary>
public static class Tspam
{
    public const string Name = "tspam";

    private const int PortDefault = 2345;
    private const int Backlog = 20_480;

    /// <summary>Connections under way at once that there is room for: those of 30 s, within these bounds.</summary>
    private const long InFlightMin = 10_000;
    private const long InFlightMax = 100_000;

    private static readonly ClapOption[] OfServer =
        [new('l', "listen"), new('p', "port"), new('c', "content"), new('a', "acceptors")];

    private static readonly ClapOption[] OfClient =
    [
        new('h', "host"), new('p', "port"), new('c', "content"), new('l', "length"), new('o', "cooldown"),
        new('I', "local-ip", IsMany: true),
    ];

    private static readonly ClapOption[] OfRate = [.. OfClient, new('r', "rate", IsMany: true)];

    private static readonly ClapOption[] OfSaturate =
        [.. OfClient, new('r', "start"), new('i', "increment"), new('s', "slowdown")];

    public static Original Original { get; } = new(
        Name, "new connections at a rate; the rate at which a path saturates",
        [.. OfServer.Concat(OfRate).Concat(OfSaturate).SelectMany(option => (string[])
            [$"-{option.Letter}", $"--{option.Name}"]).Distinct(), "-V", "--version"],
        Read);

    private static Reading Read(IReadOnlyList<string> words)
    {
        string command = words.Count == 0 ? "" : words[0];
        IReadOnlyList<string> rest = [.. words.Skip(1)];
        return command switch
        {
            "server" => With("tspam server [OPTIONS]", OfServer, rest, Server),
            "rate" => With("tspam rate [OPTIONS]", OfRate, rest, Rate),
            "saturate" => With("tspam saturate [OPTIONS]", OfSaturate, rest, Saturate),
            "help" or "--help" or "-h" => new Reading { Out = TspamHelp.Render(rest.Count > 0 ? rest[0] : "") },
            "--version" or "-V" => new Reading { Out = TspamHelp.Version },
            "" => Reading.Refuse(TspamFailure.ExitCode, TspamHelp.Render("").TrimEnd()),
            _ => Reading.Refuse(TspamFailure.ExitCode,
                $"error: Found argument '{command}' which wasn't expected, or isn't valid in this context\n\n"
                + "USAGE:\n    tspam <SUBCOMMAND>\n\nFor more information try --help"),
        };
    }

    private static Reading With(
        string usage, ClapOption[] options, IReadOnlyList<string> words, Func<ClapWords, Reading> read)
    {
        ClapWords given = new(usage, options);
        given.Read(words);
        if (given.WantsHelp || given.WantsVersion)
        {
            return new Reading { Out = given.WantsHelp ? TspamHelp.Render(usage.Split(' ')[1]) : TspamHelp.Version };
        }

        Reading reading = given.Error is null ? read(given) : new Reading();
        return given.Error is { } error ? Reading.Refuse(TspamFailure.ExitCode, error) : reading;
    }

    private static Reading Server(ClapWords given)
    {
        SockAddr address = SockAddr.From(
            given.Address("listen", IPAddress.Any), (int)given.Number("port", PortDefault, ushort.MaxValue));
        if (given.Number("acceptors", 1, long.MaxValue) == 0)
        {
            given.Refuse("acceptors", "0 would listen on nothing");
        }

        ServeSpec serve = new()
        {
            Listen = [new ListenAddress(address, DualStack: address.IsWildcard && address.IsIPv6)],
            Mode = ServeMode.Exchange,
            Exchange = new ExchangeSpec { Content = [], IdleTimeoutNs = 0 },
            Backlog = Backlog,
        };
        return Reading.Of(new Job(serve, new TspamServerFace())
        {
            ContentPath = given.Text("content"),
            WithContent = content => serve with { Exchange = serve.Exchange with { Content = content } },
        });
    }

    private static Reading Rate(ClapWords given)
    {
        ChurnSpec plain = Churn(given);
        IReadOnlyList<long> rates = given.Numbers("rate", uint.MaxValue);
        long lengthNs = given.Number("length", 10, uint.MaxValue) * Ns.Second;
        long cooldownNs = Cooldown(given);
        List<RateSegment> steps = [];
        foreach (long rate in rates)
        {
            if (rate == 0)
            {
                given.Refuse("rate", "a rate is above 0");
            }

            if (steps.Count > 0 && cooldownNs > 0)
            {
                steps.Add(new RateSegment(cooldownNs, 0, 0));
            }

            steps.Add(new RateSegment(lengthNs, rate, rate));
        }

        if (given.Error is not null)
        {
            return new Reading();
        }

        if (rates.Count == 0 || lengthNs == 0)
        {
            // The original ends with 0, too, and without a word.
            return Reading.Refuse(0, rates.Count == 0
                ? ["[WARN tspam] nothing to do: no --rate is given"]
                : [.. rates.Select(TspamRateFace.NoSamples)]);
        }

        if (!RateProfile.TryMake(steps, out RateProfile profile, out string why))
        {
            given.Refuse("rate", why);
            return new Reading();
        }

        double most = rates.Max() * Math.Min(30.0, lengthNs / Ns.Second);
        ChurnSpec churn = plain with
        {
            Profile = profile,
            Connections = (long)Math.Clamp(most, InFlightMin, InFlightMax),
        };
        return Reading.Of(new Job(churn, new TspamRateFace())
        {
            Carry = run => run with { DrainNs = TspamLine.TimeoutNs },
            ContentPath = given.Text("content"),
            WithContent = content => churn with { Content = content },
        });
    }

    private static Reading Saturate(ClapWords given)
    {
        long start = given.Number("start", 50, uint.MaxValue);
        long stepNs = given.Number("length", 10, uint.MaxValue) * Ns.Second;
        double slowdown = given.Real("slowdown", 2);
        SearchPlan plan = new() { StartPerSecond = start, Increment = given.Real("increment", 1.25) };
        if (plan.Increment is not (> 1 and < double.PositiveInfinity))
        {
            given.Refuse("increment", "the rate would never rise: it is above 1");
        }

        if (slowdown is not (>= 0 and < double.PositiveInfinity))
        {
            given.Refuse("slowdown", "it is not below 0");
        }

        if (start == 0 || stepNs == 0)
        {
            given.Refuse(start == 0 ? "start" : "length", "it is above 0");
        }

        SaturateSpec saturate = new()
        {
            Churn = Churn(given) with
            {
                Connections = InFlightMax,
                Search = new Turnover(start, start * (stepNs / 1e9)) { SearchMaxPerSecond = plan.RateMaxPerSecond },
            },
            Rule = new SaturationRule { Slowdown = slowdown },
            Plan = plan,
            Once = true,
            OnlyMedian = true,
            StepNs = stepNs,
            CooldownNs = Cooldown(given),
        };
        return Reading.Of(new Job(saturate, new TspamSaturateFace())
        {
            Carry = run => run with { DrainNs = TspamLine.TimeoutNs },
            ContentPath = given.Text("content"),
            WithContent = content => saturate with { Churn = saturate.Churn with { Content = content } },
        });
    }

    private static ChurnSpec Churn(ClapWords given)
    {
        SockAddr target = SockAddr.From(
            given.Address("host", IPAddress.Loopback), (int)given.Number("port", PortDefault, ushort.MaxValue));
        IReadOnlyList<IPAddress> sources = [.. given.Addresses("local-ip").Distinct()];
        if (sources.Any(source => source.AddressFamily != target.Address.AddressFamily))
        {
            given.Refuse("local-ip", $"it is not of the family of {target.Address}");
        }

        return new ChurnSpec
        {
            Targets = [target],
            Sources = sources,
            Expects = new ReplyExpectation(0, long.MaxValue),
            TimeoutNs = TspamLine.TimeoutNs,
            ConnectTimeoutNs = TspamLine.TimeoutNs,
        };
    }

    private static long Cooldown(ClapWords given) => given.Number("cooldown", 0, uint.MaxValue) * Ns.Second;
}
