namespace Throng.Measurement;

/// <summary>One thing that can be said about a finished run. Pure; null when there is nothing to say.</summary>
public interface IRule
{
    /// <summary>Its name, and what it looks at.</summary>
    RuleNote Note { get; }

    Finding? Judge(RunDocument run);
}
