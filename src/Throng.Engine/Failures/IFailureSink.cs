using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Takes every failure of a run as it becomes known, in order of time; on the sampler's thread.</summary>
public interface IFailureSink
{
    /// <summary>Failures that it was told and could not take.</summary>
    long NotTaken { get; }

    void Take(ConnectionFailure failure);

    /// <summary>Nothing more is known for now: what it has goes to where it belongs.</summary>
    void Flush();
}
