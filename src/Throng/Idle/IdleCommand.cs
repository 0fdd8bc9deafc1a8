using System.Text;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>`throng idle`. The search ends the run.</summary>
public sealed class IdleCommand() : RunCommand<IdleSpec>(IdleOptions.Syntax)
{
    public override IReadOnlyList<LiveFigure> Figures(LiveView view) => LiveFigures.OfIdle(view);

    protected override bool BeginsWhenStarted => true;

    protected override IEnumerable<string> Contradictions(Values values)
    {
        Contradiction found = LoadArguments.Contradictions(values, LoadOptions.Target);
        bool isDns = values.Get(IdleOptions.Protocol) == "dns";
        if (!isDns)
        {
            found.NoEffect(
                [DnsOptions.Name, DnsOptions.Type, DnsOptions.NoRd], "has no effect without --protocol dns");
        }

        found.AtMostOne(IdleOptions.Content, IdleOptions.Protocol);
        if (values.Get(IdleOptions.HalfClosedLanes) && (isDns || values.Has(IdleOptions.Content)))
        {
            found.Add("--half-closed-lanes needs a server that sends after its client's FIN, throng serve --mode "
                + "later, without --protocol dns and --content");
        }

        if (values.Get(IdleOptions.From) >= values.Get(IdleOptions.To))
        {
            found.Add($"--from {Units.Duration(values.Get(IdleOptions.From))} is not shorter than --to "
                + $"{Units.Duration(values.Get(IdleOptions.To))}: there is nothing between to search");
        }

        return found.Errors;
    }

    protected override IdleSpec ToSpec(Values values, Shell shell, List<string> errors)
    {
        bool isDns = values.Get(IdleOptions.Protocol) == "dns";
        bool hasContent = values.Has(IdleOptions.Content);
        IdleSpec plain = new()
        {
            Plan = new IdlePlan
            {
                FromNs = values.Get(IdleOptions.From),
                ToNs = values.Get(IdleOptions.To),
                WithinNs = values.Get(IdleOptions.Within),
                Lanes = (int)values.Get(IdleOptions.Lanes),
                Confirmations = (int)values.Get(IdleOptions.Confirm),
            },
            Connections = values.Get(IdleOptions.Lanes),
            SearchesKeepalive = values.Get(IdleOptions.KeepaliveLanes),
            SearchesHalfClosed = values.Get(IdleOptions.HalfClosedLanes),
            Message = isDns ? IdleMessage.Dns : hasContent ? IdleMessage.Content : IdleMessage.Echo,
            Questions = isDns ? Question(values, errors) : null,
            Content = hasContent ? ContentOf(values, errors) : [],
            ReplyTimeoutNs = values.Get(IdleOptions.ReplyTimeout),
        };
        IdleSpec filled = LoadArguments.Fill(plain, values, values.Get(LoadOptions.Target), errors);
        return filled with { Socket = filled.Socket with { AcksAtOnce = true } };
    }

    protected override RunSpec Complete(RunSpec run, Values values, IdleSpec spec) =>
        run with { DurationNs = 0, DrainNs = spec.ReplyTimeoutNs };

    protected override IEnumerable<string> Notes(Values values, IdleSpec spec) => [Rounds(spec)];

    protected override ILiveRun Start(IdleSpec spec, RunSpec run) => IdleRun.Start(spec, run);

    protected override Examination Examine(IdleSpec spec, RunSpec run, HostFacts host)
    {
        Examination examined = Preflight.OfLoad(spec, run, host);
        return examined with { Arithmetic = [.. examined.Arithmetic, new ArithmeticLine("rounds", Rounds(spec))] };
    }

    /// <summary>How long it takes, at most, and where silence is forgotten soon.</summary>
    private static string Rounds(IdleSpec spec)
    {
        int rounds = spec.Plan.RoundsMax * (spec.SearchesHalfClosed ? 2 : 1);
        return $"at most {Units.Several(rounds, "rounds")} of {Units.Several(spec.Plan.Lanes, "lanes")}, "
            + $"{Units.Duration(rounds * spec.RoundNsMax)} in all where silence is remembered for "
            + $"{Units.Duration(spec.Plan.ToNs)}; each takes hardly longer than it is remembered";
    }

    private static byte[] ContentOf(Values values, List<string> errors)
    {
        string path = values.Get(IdleOptions.Content);
        if (!InputFile.TryRead(path, InputFile.ContentBytesMax, out byte[] content, out string error))
        {
            errors.Add($"--content: {error}");
        }
        else if (content.Length == 0)
        {
            errors.Add($"--content: {path} is empty, and nothing can answer nothing; put a request into it");
        }

        return content;
    }

    private static DnsQuestions? Question(Values values, List<string> errors)
    {
        if (!DnsType.TryParse(Encoding.UTF8.GetBytes(values.Get(DnsOptions.Type)), out ushort type, out string error))
        {
            errors.Add($"--type: {error}");
            return null;
        }

        DnsQuestion form = new()
        {
            Name = values.Get(DnsOptions.Name), Type = type, WantsRecursion = !values.Get(DnsOptions.NoRd),
        };
        if (!DnsQuestions.TryOf(form, out DnsQuestions? questions, out error))
        {
            errors.Add($"--name: {error}");
        }

        return questions;
    }
}
