using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>The last moments of a run, so that a rate means now and not the average since the start.</summary>
public sealed class Recent
{
    // Shorter than this and a rate is mostly noise.
    private const long ShortestNs = 200_000_000;

    private readonly Lock _lock = new();
    private Sample? _last;
    private Sample? _beforeLast;

    /// <summary>Takes note of a moment; about once a second.</summary>
    public void Note(Sample sample)
    {
        lock (_lock)
        {
            _beforeLast = _last;
            _last = sample;
        }
    }

    /// <summary>Connections opened per second between the last noted moment that is long enough ago and this
    /// one.</summary>
    public double OpenedPerSecond(Sample now)
    {
        lock (_lock)
        {
            Sample? earlier = _last is { } last && now.AtNs - last.AtNs >= ShortestNs ? last : _beforeLast;
            long sinceNs = now.AtNs - (earlier?.AtNs ?? 0);
            return sinceNs <= 0 ? 0 : (now[Counter.Opened] - (earlier?[Counter.Opened] ?? 0)) * 1e9 / sinceNs;
        }
    }
}
