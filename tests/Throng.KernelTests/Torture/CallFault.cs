namespace Throng.KernelTests;

/// <summary>A call that fails.</summary>
/// <param name="Kind">As the shim names it.</param>
/// <param name="Error">Name of the errno.</param>
/// <param name="First">Which one of its kind, counted from 1.</param>
/// <param name="GoesOn">Whether all after it fail too.</param>
internal sealed record CallFault(string Kind, string Error, long First, bool GoesOn)
{
    public override string ToString() => $"{Kind} {Error} #{First}{(GoesOn ? " and all after it" : "")}";
}
