using Throng.Measurement;

namespace Throng.Engine;

/// <summary>One thing that was noted of a run: an interval that ended or an event, one of the two.</summary>
public readonly record struct RunNews(SeriesPoint? Point, RunEvent? Event);
