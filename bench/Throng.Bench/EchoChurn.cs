using System.Globalization;

namespace Throng.Bench;

/// <summary>One engine before, in the middle of and after many short connections.</summary>
/// <param name="Ended">With their echo; of those due.</param>
internal sealed record EchoChurn(
    long Ended, long Due, EchoFootprint Before, EchoFootprint Middle, EchoFootprint After)
{
    /// <summary>
    /// Memory that each of the second half left behind; by then everything that grows once has grown.
    /// </summary>
    public double FurtherBytesEach => (After.ResidentBytes - Middle.ResidentBytes) / (Ended / 2.0);

    public string Three(Func<EchoFootprint, long> of) => string.Create(
        CultureInfo.InvariantCulture, $"{of(Before):N0} → {of(Middle):N0} → {of(After):N0}");
}
