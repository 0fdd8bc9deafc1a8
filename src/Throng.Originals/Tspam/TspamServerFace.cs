using Throng.Engine;

namespace Throng.Originals;

/// <summary>Face of `tspam server`, which says nothing but why it could not begin.</summary>
public sealed class TspamServerFace : IOriginalOutput
{
    public Reading Fail(SetupException setup) => TspamFailure.Describe(setup);
}
