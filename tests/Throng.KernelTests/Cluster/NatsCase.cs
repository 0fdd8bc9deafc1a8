using Throng.Nats;

namespace Throng.KernelTests;

/// <summary>A message system of a test's own, with a folder for its files, and those who meet at it.</summary>
internal sealed class NatsCase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("throng-nats-").FullName;
    private readonly List<NatsParticipant> _participants = [];
    private readonly List<NatsServer> _servers = [];
    private readonly NatsSockets _sockets = new();

    /// <summary>User who may do everything.</summary>
    public NatsUser Controller { get; } = NatsUser.WithPassword("controller");

    /// <summary>The nodes that run.</summary>
    public IReadOnlyList<NatsServer> Servers => _servers;

    public NatsServer Server => _servers[0];

    public string Folder => _folder;

    /// <summary>One node that lets the controller in, after a change of its configuration.</summary>
    public static NatsCase Start(Func<NatsConfiguration, NatsConfiguration>? change = null)
    {
        Needs.NatsServer();
        NatsCase made = new();
        try
        {
            NatsConfiguration configuration = new()
            {
                Port = 0, StorePath = $"{made._folder}/store", Controller = made.Controller,
            };
            made.Add((change ?? (same => same))(configuration));
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Three nodes that know each other.</summary>
    public static NatsCase StartThree()
    {
        Needs.NatsServer();
        NatsCase made = new();
        try
        {
            int first = FreePort.Range(6);
            for (int n = 0; n < 3; n++)
            {
                made.Add(new NatsConfiguration
                {
                    NodeName = $"node{n}",
                    Port = first + n,
                    StorePath = $"{made._folder}/store{n}",
                    Controller = made.Controller,
                    RoutePort = first + 3 + n,
                    Routes = [.. Enumerable.Range(0, 3).Where(m => m != n).Select(m => Route(first + 3 + m))],
                });
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>The controller, who makes the buckets.</summary>
    public NatsParticipant Control(params string[] subjects) => Connect(Spec("controller") with
    {
        MakesBuckets = true, Subjects = subjects,
    });

    /// <summary>Specification of somebody who may do everything.</summary>
    public BusSpec Spec(string name) => new()
    {
        Name = name,
        Servers = [.. _servers.Select(server => server.UrlOf(server.Configuration.Controller))],
        Sockets = _sockets,
    };

    public NatsParticipant Connect(BusSpec spec)
    {
        NatsParticipant participant = new(spec with { Sockets = _sockets });
        _participants.Add(participant);
        return participant;
    }

    /// <summary>Starts the node again, killed or not, with what it has on disk.</summary>
    public void Restart(Func<NatsConfiguration, NatsConfiguration>? change = null)
    {
        NatsConfiguration same = Server.Configuration;
        Server.Dispose();
        _servers.RemoveAt(0);
        Add((change ?? (one => one))(same));
    }

    public void Dispose()
    {
        foreach (IDisposable one in (IEnumerable<IDisposable>)[.. _participants, .. _servers, _sockets])
        {
            one.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Route(int port) => $"nats-route://127.0.0.1:{port}";

    private void Add(NatsConfiguration configuration) => _servers.Add(
        NatsServer.Start(configuration, Path.Combine(_folder, configuration.NodeName)));
}
