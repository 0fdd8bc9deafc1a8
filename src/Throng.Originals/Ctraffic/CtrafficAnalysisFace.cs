using Throng.Engine;

namespace Throng.Originals;

/// <summary>Of a table made of a file: says only why that cannot be read.</summary>
public sealed class CtrafficAnalysisFace(TimeProvider clock) : IFace
{
    public Reading Fail(SetupException setup) =>
        GoLog.Fatal(setup.Message.Replace("cannot read ", "open ", StringComparison.Ordinal), clock);
}
