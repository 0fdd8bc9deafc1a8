namespace Throng.Measurement;

/// <summary>The rules, in the order in which findings of equal severity are shown.</summary>
public static class AllRules
{
    public static IReadOnlyList<IRule> InOrder { get; } =
    [
        new NothingConnected(),
        new TargetMissed(),
        new PortsExhausted(),
        new DescriptorsExhausted(),
        new ConnectionsLost(),
        new ConnectsFailed(),
        new GeneratorBusy(),
        new GeneratorLate(),
        new DebugBuild(),
    ];
}
