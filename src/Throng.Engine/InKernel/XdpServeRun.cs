using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `serve --engine xdp`: packets turned round on one interface.</summary>
internal static class XdpServeRun
{
    /// <exception cref="SetupException">A privilege or the interface is missing, or the program is refused.</exception>
    public static ILiveRun Start(ServeSpec serve, RunSpec run)
    {
        KernelPrivileges.Require("xdp", calculates: true);
        run = Setup.Seeded(run);
        HostFacts host = Setup.Host(run);
        PacketEcho echo = new(serve.Interface, serve.Listen, serve.XdpMode);
        LiveRunSpec own = new(
            Role.Server, null, [], false, 0, _ => "", (_, _) => KernelServeRun.Section(echo, serve))
        {
            Arithmetic = "no sockets",
            Preflight = [.. echo.Findings(host.LocalPorts)],
        };
        return new KernelRun(echo, run, own);
    }
}
