using Throng.Cluster;
using Throng.Engine;
using Throng.Nats;

namespace Throng;

/// <summary>Sets NATS up for agents: on this host for a first try, or as a configuration to take elsewhere.</summary>
internal static class ClusterSetUp
{
    private const string ControllerName = "controller";
    private const int AgentsMax = 1000;

    /// <summary>Starts a nats-server here and ends it with a signal.</summary>
    public static int Up(Invocation call)
    {
        string directory = Path.GetFullPath(call.Values.Get(ClusterCommandOptions.Directory));
        using Signals signals = new();
        try
        {
            NatsUser controller = NatsUser.WithPassword(ControllerName);
            NatsUser[] agents = [.. Names(call).Select(NatsUser.WithPassword)];
            using NatsServer server = NatsServer.Start(
                Configuration(call, directory) with { Controller = controller, Agents = agents }, directory);
            call.Shell.Print($"NATS is at {server.Configuration.Address}:{server.Configuration.Port}; its "
                + $"configuration, log and data are in {directory}. Type next, each in a terminal of its own:\n\n");
            foreach (NatsUser agent in agents)
            {
                call.Shell.Print($"  throng agent --join {server.UrlOf(agent)} --name {agent.Name}\n");
            }

            call.Shell.Print($"\n  export THRONG_CLUSTER={server.UrlOf(controller)}\n  throng cluster status\n"
                + $"  throng hold 3k HOST:PORT --for 10s --agents {agents.Length}\n\nCtrl-C ends NATS.\n");
            while (signals.Count == 0)
            {
                signals.Wait(TimeSpan.FromSeconds(1));
            }

            return ExitCode.Done;
        }
        catch (BusException failure)
        {
            throw new SetupException(failure.Message, failure.Remedy);
        }
    }

    /// <summary>Writes a configuration and a key for each agent and for the controller.</summary>
    public static int Config(Invocation call)
    {
        string directory = Path.GetFullPath(call.Values.Get(ClusterCommandOptions.Directory));
        try
        {
            string[] names = Names(call);
            _ = Directory.CreateDirectory(directory);
            NatsUser controller = WriteKey(directory, ControllerName);
            NatsUser[] agents = [.. names.Select(name => WriteKey(directory, name))];
            NatsConfiguration configuration = Configuration(call, directory) with
            {
                Controller = controller, Agents = agents,
            };
            string path = Path.Combine(directory, "nats-server.conf");
            PrivateFile.Write(path, configuration.Text);
            string host = configuration.Address is "0.0.0.0" or "::" ? "HOST" : configuration.Address;
            string where = $"nats://{host}:{configuration.Port}";
            call.Shell.Print($"{path} has the configuration: nats-server --config {path}\n"
                + $"{Path.Combine(directory, ControllerName)}.nk is the controller's key: throng hold … --on {where} "
                + $"--nkey {ControllerName}.nk\n"
                + $"the agents' keys are beside it, one for each host: throng agent --join {where} --nkey "
                + $"{agents[0].Name}.nk --name {agents[0].Name}\n");
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"the configuration cannot be written in {directory}: {Reason.Describe(failure)}",
                "choose another directory with --dir");
        }
    }

    private static NatsConfiguration Configuration(Invocation call, string directory) => new()
    {
        Address = call.Values.Get(ClusterCommandOptions.Address),
        Port = (int)call.Values.Get(ClusterCommandOptions.Port),
        StorePath = Path.Combine(directory, "data"),
    };

    private static NatsUser WriteKey(string directory, string name)
    {
        (NatsUser user, string seed) = NatsUser.WithKey(name);
        PrivateFile.Write(Path.Combine(directory, $"{name}.nk"), seed + "\n");
        return user;
    }

    private static string[] Names(Invocation call)
    {
        string typed = call.Values.Get(ClusterCommandOptions.Agents);
        string[] names = int.TryParse(typed, out int number)
            ? [.. Enumerable.Range(1, Math.Clamp(number, 0, AgentsMax)).Select(at => $"gen-{at}")]
            : typed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0 || !names.All(ClusterProtocol.IsName))
        {
            throw new SetupException(
                $"'{Text.Plain(typed)}' names no agents", $"write a number up to {AgentsMax}, or names with commas");
        }

        return names;
    }
}
