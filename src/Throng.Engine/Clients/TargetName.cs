using System.Net;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>A target that was given by a name with several addresses: a load goes to one of them.</summary>
/// <param name="Used">Where the load goes, with the first of its ports.</param>
/// <param name="Others">Its other addresses, which are not used.</param>
public sealed record TargetName(string Name, SockAddr Used, IReadOnlyList<IPAddress> Others)
{
    public override string ToString() => $"{Name}: {Used.Address}, not {string.Join(", ", Others)}";
}
