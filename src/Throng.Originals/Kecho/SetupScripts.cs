using Throng.Engine;

namespace Throng.Originals;

/// <summary>`setup-server.sh` and `setup-client.sh` of tcpscaler: what a host needs, changed. They take no options.
/// </summary>
public static class SetupScripts
{
    public static Original Server { get; } = Of("setup-server.sh", TuningRoles.Server);

    public static Original Client { get; } = Of("setup-client.sh", TuningRoles.Client);

    private static Original Of(string name, TuningRoles role) => new(
        name,
        $"changes this host as a {(role == TuningRoles.Server ? "server" : "client")} needs it; can be taken back",
        [], _ => Reading.Of(new Job(role, new PlainFace())));
}
