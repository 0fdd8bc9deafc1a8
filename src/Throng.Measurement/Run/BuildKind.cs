namespace Throng.Measurement;

/// <summary>How a program was compiled.</summary>
public enum BuildKind
{
    Release,
    Debug,
}
