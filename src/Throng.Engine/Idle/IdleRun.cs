using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `idle`.</summary>
public static class IdleRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(IdleSpec idle, RunSpec run)
    {
        run = Setup.Seeded(run);
        return idle.Message switch
        {
            IdleMessage.Dns => Start(
                idle, run, new DnsProtocol(idle.Questions!, SplitMix64.At(run.Seed, 2), isStream: true)),
            IdleMessage.Content => Start(idle, run, new ContentProtocol(idle.Content)),
            _ => Start(idle, run, new EchoProtocol(IdleSpec.MessageBytes)),
        };
    }

    private static ILiveRun Start<TProtocol>(IdleSpec idle, RunSpec run, TProtocol protocol)
        where TProtocol : struct, IQueryProtocol
    {
        IdleGuide guide = new(idle);
        return LoadRun.Start(
            idle, run,
            new LoadRunSpec((_, _, layout) => IdleSection.Of(idle, guide.Result, layout))
            {
                KeepsConnections = false,
                KeepsNumber = "idle chooses what it opens",
                Guide = guide,
            },
            (targets, _) => new Idle<TProtocol>(idle, protocol, guide.NewTally(), targets));
    }
}
