namespace Throng.Originals;

/// <summary>Of an original that says nothing: it runs until it is ended.</summary>
public sealed class PlainFace : IFace;
