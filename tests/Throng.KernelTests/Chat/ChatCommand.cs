using Throng.Engine;
using Throng.Measurement;

namespace Throng.KernelTests;

/// <summary>`throng chat`.</summary>
public sealed class ChatCommand() : RunCommand<ChatSpec>(Options)
{
    private static readonly Option<long> Every = Declare.Duration(
        "every", 1_000_000_000, "time from an answer to the next hello");

    private static CommandSyntax Options => new()
    {
        Name = "chat",
        Operands = "[N]",
        Operand = LoadOptions.Connections,
        Summary = "say hello on N connections, again and again",
        Examples = [new("throng chat 100 --for 10s", "to an echo server of its own")],
        Groups =
        [
            new("What to say", LoadOptions.Connections, LoadOptions.Target, Every),
            new("How it runs", SharedOptions.Duration, SharedOptions.Engine, SharedOptions.Threads,
                SharedOptions.KeepLimits),
            SharedOptions.Prints,
        ],
    };

    protected override IEnumerable<string> Contradictions(Values values) =>
        LoadArguments.Contradictions(values, LoadOptions.Target).Errors;

    protected override ChatSpec ToSpec(Values values, Shell shell, List<string> errors) => LoadArguments.Fill(
        new ChatSpec { Connections = values.Get(LoadOptions.Connections), EveryNs = values.Get(Every) },
        values, values.Get(LoadOptions.Target), errors);

    protected override RunSpec Complete(RunSpec run, Values values, ChatSpec spec) => run;

    protected override ILiveRun Start(ChatSpec spec, RunSpec run) => LoadRun.Start(
        spec, run, new LoadRunSpec((_, _, layout) => new Section { ["targets"] = layout.Targets }),
        (targets, ownsTargets) => new Chat(spec, targets, ownsTargets));

    protected override Examination Examine(ChatSpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(spec, run, host);
}
