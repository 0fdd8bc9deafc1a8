namespace Throng.Cluster;

/// <summary>The end of a run that is waited for no longer.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>Ends it with what is here: the last figures stand for results that are not.</summary>
    public void Cut()
    {
        if (!IsOver)
        {
            Close();
        }
    }
}
