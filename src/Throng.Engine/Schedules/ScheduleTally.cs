namespace Throng.Engine;

/// <summary>Counts that every worker with a schedule keeps. Written by the worker, readable by any thread.</summary>
internal abstract class ScheduleTally
{
    /// <summary>When the worker stopped beginning what falls due; 0 until then.</summary>
    public long StoppedNs;
}
