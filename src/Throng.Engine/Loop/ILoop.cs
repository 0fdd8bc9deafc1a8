namespace Throng.Engine;

/// <summary>A loop as its worker turns it, whatever its workload is.</summary>
public interface ILoop
{
    /// <summary>True when the workload wants nothing more and no connection is left.</summary>
    bool IsFinished { get; }

    void Start();

    void Turn();

    /// <summary>
    /// Counts what is left as ended by our own choice, without a turn more; the backend's end then closes it.
    /// </summary>
    void Abandon();
}
