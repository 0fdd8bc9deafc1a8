namespace Throng.Report;

/// <summary>Why bytes are no result.</summary>
/// <param name="What">What is wrong and where in the document, without the name of the file.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ReadError(string What, string Remedy);
