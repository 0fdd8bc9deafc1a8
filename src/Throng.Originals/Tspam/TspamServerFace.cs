using Throng.Engine;

namespace Throng.Originals;

/// <summary>Face of `tspam server`, which says nothing but why it could not begin.</summary>
public sealed class TspamServerFace : IFace
{
    public Reading Fail(SetupException setup) => TspamFailure.Of(setup);
}
