namespace Throng.Originals;

/// <summary>Face of an original that says nothing: it runs until it is ended.</summary>
public sealed class PlainFace : IOriginalOutput;
