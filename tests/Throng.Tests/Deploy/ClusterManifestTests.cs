using k8s;
using k8s.Models;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// The manifests of a run on many hosts: read strictly into the published types, and fitting each other.
/// </summary>
public sealed class ClusterManifestTests
{
    private const string Nats = "deploy/cluster/nats.yaml";
    private const string Agents = "deploy/cluster/agents.yaml";
    private const string Run = "deploy/cluster/run.yaml";

    /// <summary>Seconds that a run takes to end: its drain, and at its controller the wait for lost agents.</summary>
    private const long DrainSeconds = 10;
    private const long CollectSeconds = 30;

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["batch/v1/Job"] = typeof(V1Job),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["v1/Service"] = typeof(V1Service),
    };

    public static TheoryData<string> Files => [Nats, Agents, Run];

    [Theory]
    [MemberData(nameof(Files))]
    public void Pods_have_no_rights_they_do_not_need(string path)
    {
        V1PodSpec pod = PodOf(path);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        V1Container container = Assert.Single(pod.Containers);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Contains("memory", container.Resources.Limits.Keys);
        Assert.Contains("cpu", container.Resources.Requests.Keys);
    }

    [Fact]
    public void The_nodes_of_the_message_system_know_each_other_and_one_may_go()
    {
        V1StatefulSet nodes = SetOf(Nats);
        V1Service front = Of<V1Service>(Nats);
        Assert.Equal("None", front.Spec.ClusterIP);
        Assert.True(front.Spec.PublishNotReadyAddresses);
        Assert.Equal(nodes.Spec.Template.Metadata.Labels, front.Spec.Selector);
        Assert.Equal(nodes.Spec.Template.Metadata.Labels, nodes.Spec.Selector.MatchLabels);
        Assert.Equal(nodes.Spec.ServiceName, front.Metadata.Name);
        Assert.Equal(3, nodes.Spec.Replicas);
        Assert.Equal("1", Of<V1PodDisruptionBudget>(Nats).Spec.MaxUnavailable.Value);
        string routes = string.Join(',', AddressesOf(nodes, "nats", 6222));
        IList<string> words = nodes.Spec.Template.Spec.Containers[0].Args;
        Assert.Equal(routes, words[words.IndexOf("--routes") + 1]);
        Assert.Equal("$(POD_NAME)", words[words.IndexOf("--name") + 1]);
    }

    [Theory]
    [InlineData(Agents, "--join=")]
    [InlineData(Run, "--on=")]
    public void Each_of_them_knows_every_node(string path, string option)
    {
        string servers = string.Join(',', AddressesOf(SetOf(Nats), "nats", 4222));
        Assert.Contains(option + servers, PodOf(path).Containers[0].Args);
    }

    [Theory]
    [InlineData(Agents)]
    [InlineData(Run)]
    public void Command_lines_are_understood(string path)
    {
        IList<string> words = PodOf(path).Containers[0].Args;
        CommandSyntax syntax = Commands.All.Single(command => command.Name == words[0]).Syntax;
        IEnumerable<string> typed = words.Skip(1).Select(
            word => word.Replace("$(POD_NAME)", "throng-agent-0").Replace("$(NODE_NAME)", "node-1.example"));
        Arguments line = Arguments.Parse(
            syntax, Commands.SyntaxesOf(Commands.All), typed, new Dictionary<string, string>());
        Assert.Empty(line.Errors);
    }

    [Fact]
    public void An_agent_has_the_name_of_its_pod_and_its_key_alone()
    {
        V1StatefulSet agents = SetOf(Agents);
        V1Container container = agents.Spec.Template.Spec.Containers[0];
        Assert.Contains("--name=$(POD_NAME)", container.Args);
        Assert.Contains("--label=node=$(NODE_NAME)", container.Args);
        Assert.Equal(
            ["metadata.name", "spec.nodeName"], container.Env.Select(one => one.ValueFrom.FieldRef.FieldPath));
        V1VolumeMount key = container.VolumeMounts.Single(mount => mount.Name == "keys");
        Assert.Contains("--nkey=" + key.MountPath, container.Args);
        Assert.Equal("$(POD_NAME).nk", key.SubPathExpr);

        string guide = Repository.File("deploy/cluster/README.md").Text;
        string[] names =
            [.. Enumerable.Range(0, agents.Spec.Replicas!.Value).Select(at => $"{agents.Metadata.Name}-{at}")];
        Assert.Contains($"--agents {string.Join(',', names)} ", guide);
        Assert.All(names, name => Assert.Contains($"--from-file=keys/{name}.nk", guide));
        foreach (V1PodSpec pod in Files.Select(file => PodOf(file.Data)))
        {
            V1Volume secret = pod.Volumes.Single(volume => volume.Secret is not null);
            Assert.Contains($"kubectl create secret generic {secret.Secret.SecretName} ", guide);
        }
    }

    [Fact]
    public void What_an_agent_writes_has_a_volume()
    {
        V1StatefulSet agents = SetOf(Agents);
        V1Container container = agents.Spec.Template.Spec.Containers[0];
        string kept = Assert.Single(agents.Spec.VolumeClaimTemplates).Metadata.Name;
        string path = container.VolumeMounts.Single(mount => mount.Name == kept).MountPath;
        Assert.Contains("--state=" + path, container.Args);
        V1Volume sockets = agents.Spec.Template.Spec.Volumes.Single(volume => volume.EmptyDir is not null);
        Assert.Equal("/tmp", container.VolumeMounts.Single(mount => mount.Name == sockets.Name).MountPath);
        Assert.Equal(
            container.VolumeMounts.Select(mount => mount.Name).Order(),
            agents.Spec.Template.Spec.Volumes.Select(volume => volume.Name).Append(kept).Order());
    }

    [Fact]
    public void Nothing_is_killed_while_a_run_ends()
    {
        Assert.InRange(PodOf(Agents).TerminationGracePeriodSeconds!.Value, DrainSeconds + 20, 600);
        Assert.InRange(PodOf(Run).TerminationGracePeriodSeconds!.Value, DrainSeconds + CollectSeconds + 10, 600);
    }

    [Fact]
    public void The_log_of_the_job_is_the_result_and_its_exit_code_the_verdict()
    {
        V1Job job = Of<V1Job>(Run);
        IList<string> words = job.Spec.Template.Spec.Containers[0].Args;
        Assert.Contains("--json", words);
        Assert.Contains(words, word => word.StartsWith("--fail-on=", StringComparison.Ordinal));
        Assert.Contains($"--agents={SetOf(Agents).Spec.Replicas}", words);
        Assert.Equal(0, job.Spec.BackoffLimit);
        Assert.Equal("Never", job.Spec.Template.Spec.RestartPolicy);
        Assert.Contains($"job/{job.Metadata.Name}", Repository.File("deploy/cluster/README.md").Text);
        Assert.Contains("--target=throng:5003", words);
        Assert.Contains("  name: throng\n", Repository.File("deploy/kubernetes/server.yaml").Text);
    }

    private static IEnumerable<string> AddressesOf(V1StatefulSet set, string scheme, int port) =>
        Enumerable.Range(0, set.Spec.Replicas!.Value)
            .Select(at => $"{scheme}://{set.Metadata.Name}-{at}.{set.Spec.ServiceName}:{port}");

    private static V1PodSpec PodOf(string path) =>
        path == Run ? Of<V1Job>(path).Spec.Template.Spec : SetOf(path).Spec.Template.Spec;

    private static V1StatefulSet SetOf(string path) => Of<V1StatefulSet>(path);

    private static T Of<T>(string path) =>
        KubernetesYaml.LoadAllFromString(Repository.File(path).Text, Types, strict: true).OfType<T>().Single();
}
