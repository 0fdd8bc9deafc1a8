using Throng.Engine;

namespace Throng.Originals;

/// <summary>`setup-server.sh` and `setup-client.sh` of tcpscaler: what a host needs, changed. They take no options.
/// </summary>
public static class SetupScripts
{
    public static Original Server { get; } = Create("setup-server.sh", TuningRoles.Server);

    public static Original Client { get; } = Create("setup-client.sh", TuningRoles.Client);

    private static Original Create(string name, TuningRoles role) => new(
        name,
        $"changes this host as a {(role == TuningRoles.Server ? "server" : "client")} needs it; can be taken back",
        [], _ => Reading.Of(new Job(role, new PlainFace())))
    {
        Takes = "",
    };
}
