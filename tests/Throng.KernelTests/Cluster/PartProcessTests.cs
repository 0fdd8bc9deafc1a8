using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// A part of a run is a process of its own, and nothing of the message system is in it: no thread of it has a
/// descriptor of a connection to the server.
/// </summary>
public sealed class PartProcessTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_part_has_no_connection_to_the_message_system(string engine)
    {
        using ClusterCase cluster = ClusterCase.Start(1);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = cluster.Lead(
            "hold", "200", server.Address, "--for", "20s", "--agents", "1", "--engine", engine);
        int port = cluster.Nats.Server.Configuration.Port;
        int agent = cluster.Agent("gen-1").Id;
        Eventually.Holds(() => ProcessThreads.ChildrenOf(agent).Length == 1, run.Story);
        Eventually.Holds(() => Connections(server) >= 200, run.Story);
        int part = ProcessThreads.ChildrenOf(agent)[0];
        Assert.Contains("--share=1/1", CommandLine(part));
        Assert.NotEmpty(DescriptorsTo(port, agent));
        Assert.NotEmpty(DescriptorsTo(port, run.Id));
        Assert.Empty(DescriptorsTo(port, part));
        run.EndsInOrder();
    }

    [Fact]
    public void Status_has_the_keys_that_its_schema_says()
    {
        using ClusterCase cluster = ClusterCase.Start(1, "--label", "zone=inside");
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = cluster.Lead("hold", "20", server.Address, "--for", "20s", "--agents", "1");
        Eventually.Holds(() => cluster.Status().Length("runs") == 1, run.Story, everyMs: 200);
        using ThrongProcess asked = cluster.Ask(0, "status", "--json");
        using JsonDocument status = JsonDocument.Parse(asked.OutputText);
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(Guide.FindRoot(), "docs/reference/schema/throng.cluster-1.schema.json")));
        AssertKeys(schema.RootElement, status.RootElement);
        run.EndsInOrder();
    }

    /// <summary>Every object has the keys that are required, and no other.</summary>
    private static void AssertKeys(JsonElement schema, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                AssertKeys(schema.GetProperty("items"), item);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out JsonElement required))
        {
            Assert.Equal(
                required.EnumerateArray().Select(key => key.GetString()).Order(StringComparer.Ordinal),
                value.EnumerateObject().Select(key => key.Name).Order(StringComparer.Ordinal));
            foreach (JsonProperty key in value.EnumerateObject())
            {
                AssertKeys(schema.GetProperty("properties").GetProperty(key.Name), key.Value);
            }
        }
    }

    private static int Connections(EchoServer server) =>
        SocketsTo(server.Port, "thread-self").Count;

    private static string CommandLine(int process) =>
        File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');

    /// <summary>Descriptors of any table of a process that are connections to a port.</summary>
    private static string[] DescriptorsTo(int port, int process)
    {
        HashSet<string> sockets = [.. SocketsTo(port, $"{process}").Select(inode => $"socket:[{inode}]")];
        return
        [
            .. ProcessThreads.Read(process, thread => Directory.GetFileSystemEntries(thread + "/fd"))
                .Where(descriptor => sockets.Contains(new FileInfo(descriptor).LinkTarget ?? "")),
        ];
    }

    /// <summary>Inodes of the sockets in a process's network that are connected to a port.</summary>
    private static IReadOnlyList<string> SocketsTo(int port, string process)
    {
        string remote = $":{port:X4}";
        return
        [
            .. ((string[])["tcp", "tcp6"]).SelectMany(kind => File.ReadLines($"/proc/{process}/net/{kind}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row[2].EndsWith(remote, StringComparison.Ordinal) && row[3] == "01")
                .Select(row => row[9]),
        ];
    }
}
