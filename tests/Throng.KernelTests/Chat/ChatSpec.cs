using Throng.Engine;

namespace Throng.KernelTests;

/// <summary>Specification of `chat`: say hello on each connection, and again some time after the answer.</summary>
public sealed record ChatSpec : LoadSpec
{
    public long EveryNs { get; init; } = 1_000_000_000;
}
