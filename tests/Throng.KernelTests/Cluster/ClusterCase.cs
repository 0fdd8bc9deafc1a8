using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Agents and a message system of a test's own, all of them processes of the program that is tested.</summary>
internal sealed class ClusterCase : IDisposable
{
    private readonly SortedDictionary<string, ThrongProcess> _agents = new(StringComparer.Ordinal);
    private readonly NatsUser[] _users;

    private ClusterCase(NatsCase nats, NatsUser[] users) => (Nats, _users) = (nats, users);

    public NatsCase Nats { get; }

    public string StatePath => Path.Combine(Nats.Folder, "state");

    /// <summary>Starts a server of the message system and this many agents, gen-1 and on, and waits for them.</summary>
    public static ClusterCase Start(int agents, params string[] options)
    {
        ClusterCase made = StartNats(agents);
        try
        {
            foreach (NatsUser user in made._users)
            {
                made.StartAgent(user.Name, options);
            }

            made.AwaitAgents(agents);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Starts a server that lets this many agents in, at all addresses of loopback.</summary>
    public static ClusterCase StartNats(int agents)
    {
        NatsUser[] users = [.. Enumerable.Range(1, agents).Select(at => NatsUser.WithPassword($"gen-{at}"))];
        return new(NatsCase.Start(same => same with { Agents = users, Address = "0.0.0.0" }), users);
    }

    public ThrongProcess Agent(string name) => _agents[name];

    public void StartAgent(string name, params string[] options) =>
        StartAgent(name, new Launch(), "127.0.0.1", options);

    /// <summary>Starts an agent that is another process than usual, or joins at another address of loopback.</summary>
    public void StartAgent(string name, Launch launch, string natsAddress, params string[] options)
    {
        if (_agents.Remove(name, out ThrongProcess? before))
        {
            before.Dispose();
        }

        NatsUser user = _users.First(one => one.Name == name);
        string url = Nats.Server.UrlOf(user).Replace("0.0.0.0", natsAddress, StringComparison.Ordinal);
        _agents[name] = ThrongProcess.Start(
            launch, ["agent", "--join", url, "--name", name, "--state", StatePath, .. options]);
    }

    /// <summary>Starts a load that is led from a process of its own.</summary>
    public ThrongProcess Lead(params string[] words) =>
        ThrongProcess.Start(new Launch { Environment = Where }, [.. words, "--json"]);

    /// <summary>Starts a controller that takes a run over, and returns when it leads it.</summary>
    public ThrongProcess Attach(string run)
    {
        string path = ControlClient.NewPath();
        ThrongProcess next = ThrongProcess.Start(
            new Launch { Environment = Where }, "cluster", "attach", run, "--json", "--control", path);
        using ControlClient control = ControlClient.To(path, next);
        Eventually.Holds(() => !control.Exchange("result").IsRefused, next.Story, everyMs: 50);
        return next;
    }

    /// <summary>Runs a command at the message system to its end.</summary>
    public ThrongProcess Ask(int exitCode, params string[] words) =>
        ThrongProcess.Run(new Launch { Environment = Where }, exitCode, ["cluster", .. words]);

    public Document Status()
    {
        using ThrongProcess asked = Ask(0, "status", "--json");
        return asked.Document();
    }

    public void AwaitAgents(int count) => Eventually.Holds(
        () => Status().Length("agents") == count, () => $"not {count} agents: {Story()}", everyMs: 200);

    /// <summary>Waits until no agent has anything of a run to do, so that the next run finds all free.</summary>
    public void AwaitFree() => Eventually.Holds(
        () => Enumerable.Range(0, Status().Length("agents")).All(at => !Status().Has($"agents.{at}.run")), Story,
        everyMs: 200);

    public string Story() => string.Join("\n", _agents.Values.Select(agent => agent.Story()));

    public void Dispose()
    {
        foreach (ThrongProcess agent in _agents.Values)
        {
            agent.Dispose();
        }

        Nats.Dispose();
    }

    private Dictionary<string, string> Where => new() { ["THRONG_CLUSTER"] = Nats.Server.UrlOf(Nats.Controller) };
}
