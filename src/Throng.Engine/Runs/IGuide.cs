using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Who decides while a run is under way what is offered next. The sampler asks it four times a second, under the run's
/// lock.
/// </summary>
internal interface IGuide
{
    /// <summary>It wants nothing more: the run ends.</summary>
    bool IsOver { get; }

    /// <summary>What it has found so far.</summary>
    SaturationResult Result { get; }

    /// <summary>What to tell the workers now; null: nothing.</summary>
    Command? Next(Crew crew);
}
