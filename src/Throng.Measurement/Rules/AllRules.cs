namespace Throng.Measurement;

/// <summary>The rules, in the order in which findings of equal severity are shown.</summary>
public static class AllRules
{
    public static IReadOnlyList<IRule> InOrder { get; } =
    [
        new NothingConnected(),
        new TargetMissed(),
        new HeldMissed(),
        new PortsExhausted(),
        new DescriptorsExhausted(),
        new MemoryExhausted(),
        new ListenQueueOverflowed(),
        new ConntrackDropped(),
        new TimeWaitOverflowed(),
        new PacketQueueFull(),
        new PacketTooLong(),
        new PacketRoomFull(),
        new OrphansAborted(),
        new HostOverloaded(),
        new AnswersMalformed(),
        new LivesEmpty(),
        new ServerNotAnswering(),
        new FewServed(),
        new AnswersBad(),
        new AnswersHeldBack(),
        new ConnectionsLost(),
        new ConnectsFailed(),
        new HeldBesideLost(),
        new ConnectionsDisturbed(),
        new NewConnectionsFailed(),
        new MessagesTimedOut(),
        new MessagesLost(),
        new MessagesInvalid(),
        new RateNotAchieved(),
        new HeldBack(),
        new GeneratorBusy(),
        new GeneratorLate(),
        new DebugBuild(),
    ];

    /// <summary>
    /// Rules for a search, which goes on until something fails: only those on what stood in its way from the beginning.
    /// </summary>
    public static IReadOnlyList<IRule> OfSearch { get; } =
        [new NothingConnected(), new HeldBesideLost(), new ShortSteps(), new DebugBuild()];

    /// <summary>Rules for a search that lets connections be forgotten: what is lost is what it looks for.</summary>
    public static IReadOnlyList<IRule> OfIdle { get; } =
        [new NothingConnected(), new IdleUndecided(), new DebugBuild()];

    /// <summary>Rules that say why nothing connected; all others would tell of what follows from that.</summary>
    internal static IReadOnlySet<Type> OfNothing { get; } = new HashSet<Type>
    {
        typeof(NothingConnected), typeof(PortsExhausted), typeof(DescriptorsExhausted), typeof(MemoryExhausted),
        typeof(ListenQueueOverflowed), typeof(ConntrackDropped), typeof(DebugBuild),
    };

    /// <summary>
    /// Rules that name a limit of this host as soon as it is reached: from connections, limits and network counters
    /// alone, so that they can judge a run under way.
    /// </summary>
    public static IReadOnlyList<IRule> Limits { get; } =
    [
        .. InOrder.Where(rule => rule is PortsExhausted or DescriptorsExhausted or MemoryExhausted
            or ListenQueueOverflowed or ConntrackDropped or TimeWaitOverflowed or OrphansAborted
            or PacketQueueFull or PacketTooLong or PacketRoomFull),
    ];
}
