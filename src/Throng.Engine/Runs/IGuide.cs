using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Who decides while a run is under way what is offered next. The sampler asks it four times a second, or as often as
/// it wants, under the run's lock.
/// </summary>
internal interface IGuide
{
    /// <summary>It wants nothing more: the run ends.</summary>
    bool IsOver { get; }

    /// <summary>How long it need not be asked again.</summary>
    TimeSpan Pause => LiveRun.LookInterval;

    /// <summary>What is under way now, in a few words.</summary>
    string Doing => "";

    /// <summary>How much is done, 0 to 1; null where nobody knows.</summary>
    double? Done => null;

    /// <summary>What it has found so far.</summary>
    IOwnResult Result { get; }

    /// <summary>What to tell the workers now; null: nothing.</summary>
    WorkerMessage? Next(Crew crew);
}
