namespace Throng.Cluster;

/// <summary>The end of a run that is waited for no longer.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>
    /// Ends it with what is here: the last figures stand for results that are not. The agents are told to end once
    /// more, and what they keep can still be fetched by a controller that takes the run over.
    /// </summary>
    public void Cut()
    {
        if (!IsOver)
        {
            TellEnd();
            Enter(_parts.Count > 0 && Phase != ControllerPhase.Withdrawing
                ? ControllerPhase.Over
                : ControllerPhase.Refused);
        }
    }
}
