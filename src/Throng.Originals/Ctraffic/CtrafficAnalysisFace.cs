using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>Face of a table made from a file: says only why that file cannot be read.</summary>
public sealed class CtrafficAnalysisFace(string path, TimeProvider clock) : IOriginalOutput
{
    public Reading Fail(SetupException setup) =>
        GoLog.Fatal(setup.Errno == 0 ? setup.Message : $"open {path}: {Errno.Text(setup.Errno)}", clock);
}
