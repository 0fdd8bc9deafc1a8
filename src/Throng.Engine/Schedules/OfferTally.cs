namespace Throng.Engine;

/// <summary>What every worker with a schedule counts. Written by the worker, read by any.</summary>
internal abstract class OfferTally
{
    /// <summary>When the worker stopped beginning what falls due; 0 until then.</summary>
    public long StoppedNs;
}
