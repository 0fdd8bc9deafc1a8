using Throng.Engine;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>
/// Messages with which user-echo-server reports its start. Lines for each event are left out: they cost more than the
/// echo.
/// </summary>
public sealed class UserEchoServerFace : IOriginalOutput
{
    private const int ExitCode = 255;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit) => OutputText.Text(
        "Main listener (fd=3) was created.\nListener was binded to 0.0.0.0\nListener (fd=4) was added to epoll.\n");

    public Reading Fail(SetupException setup) => setup.Errno switch
    {
        Errno.EADDRINUSE or Errno.EACCES => Reading.Refuse(ExitCode, $"Fail to bind: {CError.Text(setup.Errno)}"),
        _ => Reading.OfSetup(setup, ExitCode),
    };
}
