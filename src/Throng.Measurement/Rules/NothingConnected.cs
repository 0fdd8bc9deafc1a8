namespace Throng.Measurement;

/// <summary>Error when connects were attempted and not one ever succeeded.</summary>
public sealed class NothingConnected : IRule
{
    public Finding? Judge(RunDocument run)
    {
        if (run.Connect is not { Attempts: > 0 } connect || run.Connections.Opened > 0)
        {
            return null;
        }

        return new Finding(
            Severity.Error,
            "nothing-connected",
            "no connection was ever established",
            $"{Units.Count(connect.Attempts)} attempts: {Reasons.List(run.Connections.ConnectFailed)}",
            Reasons.Remedy(Reasons.Main(run.Connections.ConnectFailed), run));
    }
}
