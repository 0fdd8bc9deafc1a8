using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Latencies of the messages of one turn, for a workload that has many: counted together at the turn's end.
/// </summary>
internal sealed class MessageLatencies(Latencies latencies)
{
    public HistogramBatch Response { get; } = new(latencies.Response);

    public HistogramBatch Service { get; } = new(latencies.Service);

    public HistogramBatch Lag { get; } = new(latencies.Lag);

    public void Flush()
    {
        Response.Flush();
        Service.Flush();
        Lag.Flush();
    }
}
