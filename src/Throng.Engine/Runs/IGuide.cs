using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Guide that decides while a run is under way what is offered next. The sampler asks it four times a second, or as
/// often as the guide wants, under the run's lock.
/// </summary>
internal interface IGuide
{
    /// <summary>It wants nothing more: the run ends.</summary>
    bool IsOver { get; }

    /// <summary>Name of such an end in the document.</summary>
    string OverBy { get; }

    /// <summary>How long it need not be asked again.</summary>
    TimeSpan Pause => SampledRun.SampleInterval;

    /// <summary>Activity under way now, in a few words.</summary>
    string Doing => "";

    /// <summary>How much is done, 0 to 1; null where nobody knows.</summary>
    double? Done => null;

    /// <summary>Result found so far.</summary>
    IOwnResult Result { get; }

    /// <summary>Another process leads it and tells its steps.</summary>
    bool IsLed => false;

    /// <summary>The run was told a moment to begin at, by the workers' clock.</summary>
    void Begin(long atNs)
    {
    }

    /// <summary>Takes a step that another process tells, and gives the message to send to the workers; null where there
    /// is none, because it was told already or is refused.</summary>
    WorkerMessage? TakeStep(ToldStep step, WorkerGroup group, out string error)
    {
        error = "its steps are its own";
        return null;
    }

    /// <summary>Gives the message to send to the workers now; null: none.</summary>
    WorkerMessage? Next(WorkerGroup group);
}

/// <summary>A step of a search that another process leads.</summary>
/// <param name="Number">Grows from step to step.</param>
/// <param name="RatePerSecond">Of all parts together.</param>
/// <param name="AtNs">When it begins, by the workers' clock.</param>
internal readonly record struct ToldStep(long Number, double RatePerSecond, long AtNs);
