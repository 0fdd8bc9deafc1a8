namespace Throng.Measurement;

/// <summary>
/// Every value of one kind within one interval of a run. Kept when somebody asked for it; a view of its own writes
/// these, and the JSON has them summed up only.
/// </summary>
/// <param name="Tag">What was measured: <c>response</c>, <c>service</c>, <c>lag</c>, <c>connect</c>.</param>
/// <param name="StartNs">Since the start of the run.</param>
/// <param name="MaxNs">The largest value, exactly.</param>
/// <param name="Histogram">As <see cref="HdrV2"/> writes it.</param>
public sealed record TaggedHistogram(string Tag, long StartNs, long LengthNs, long MaxNs, string Histogram);
