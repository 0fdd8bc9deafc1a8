namespace Throng.Measurement;

/// <summary>
/// A search as a state machine: it names a rate, is told what a step at that rate measured, and names the next. It has
/// no clock and starts nothing.
/// </summary>
public interface ISaturationSearch
{
    /// <summary>The rate of the next step; null when the search is over.</summary>
    double? NextPerSecond { get; }

    /// <summary>Purpose of the next step, or of the last one when the search is over.</summary>
    SearchPhase Phase { get; }

    /// <summary>Result as far as it is known; complete once <see cref="NextPerSecond"/> is null.</summary>
    SaturationResult Result { get; }

    /// <summary>Takes the outcome of the step at <see cref="NextPerSecond"/>. Returns it with its verdict.</summary>
    SearchStep Add(StepFigures step);
}
