using Throng;
using Throng.Engine;

try
{
    return CommandLine.Run(OriginalLinks.Words(args), Shell.OfProcess(), Wiring.Real, Commands.All);
}
catch (BrokenInvariantException broken)
{
    // The figures can no longer be trusted: no report, a dump instead.
    TerminalMode.RestoreCurrent();
    Environment.FailFast(broken.Message, broken);
    throw;
}
