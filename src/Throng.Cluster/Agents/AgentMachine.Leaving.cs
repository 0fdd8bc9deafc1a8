namespace Throng.Cluster;

/// <summary>The end of an agent that nobody ordered.</summary>
public sealed partial class AgentMachine
{
    /// <summary>Takes no run any more, and is over once nothing is under way here and every result is stored.
    /// </summary>
    public void Leave() => _isLeaving = true;
}
