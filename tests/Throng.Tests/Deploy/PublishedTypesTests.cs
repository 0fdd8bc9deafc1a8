using k8s;
using k8s.Models;
using Throng.Measurement;
using Throng.Tests.Tidy;
using Xunit;
using YamlDotNet.Core;

namespace Throng.Tests;

/// <summary>The Kubernetes manifests, read strictly into the types that the Kubernetes API publishes.</summary>
public sealed class PublishedTypesTests
{
    private const string Server = "deploy/kubernetes/server.yaml";
    private const string Client = "deploy/kubernetes/client.yaml";

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["batch/v1/Job"] = typeof(V1Job),
        ["v1/Service"] = typeof(V1Service),
    };

    [Fact]
    public void The_server_is_a_deployment_and_a_service()
    {
        List<object> read = Read(Repository.File(Server).Text);
        V1Deployment deployment = Assert.IsType<V1Deployment>(read[0]);
        V1Service service = Assert.IsType<V1Service>(read[1]);
        Assert.Equal(2, read.Count);
        Assert.Equal("Deployment", deployment.Kind);
        Assert.Equal(deployment.Spec.Selector.MatchLabels, service.Spec.Selector);
        Assert.Equal(deployment.Spec.Selector.MatchLabels, deployment.Spec.Template.Metadata.Labels);
        V1Container container = Assert.Single(deployment.Spec.Template.Spec.Containers);
        Assert.Equal(["tcp", "udp", "health"], container.Ports.Select(port => port.Name));
        Assert.Equal("health", container.ReadinessProbe.HttpGet.Port.Value);
        Assert.Equal(5, container.Lifecycle.PreStop.Sleep.Seconds);
    }

    [Fact]
    public void Nothing_is_ended_before_the_client_is_done()
    {
        V1PodSpec server = ((V1Deployment)Read(Repository.File(Server).Text)[0]).Spec.Template.Spec;
        V1PodSpec client = ((V1Job)Read(Repository.File(Client).Text)[0]).Spec.Template.Spec;
        long drain = Seconds(server, "--drain=");
        Assert.InRange(drain, Seconds(client, "--for=") + 1, 600);
        long preStop = server.Containers[0].Lifecycle.PreStop.Sleep.Seconds;
        Assert.InRange(drain + preStop, 1, server.TerminationGracePeriodSeconds!.Value);
    }

    [Fact]
    public void The_log_of_the_job_is_a_result()
    {
        V1Job job = Assert.IsType<V1Job>(Assert.Single(Read(Repository.File(Client).Text)));
        Assert.Contains("--json", job.Spec.Template.Spec.Containers[0].Args);
        Assert.Equal("throng-client", job.Metadata.Name);
    }

    [Theory]
    [InlineData("replicas: 4", "replica: 4")]
    [InlineData("replicas: 4", "replicas: four")]
    [InlineData("runAsNonRoot: true", "runAsNonroot: true")]
    [InlineData("periodSeconds: 10", "periodSeconds: often")]
    [InlineData("  ports:\n", "  portz:\n")]
    public void A_field_that_does_not_exist_or_has_another_type_is_found(string right, string wrong)
    {
        string text = Repository.File(Server).Text;
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => Read(text.Replace(right, wrong)));
    }

    private static List<object> Read(string text) => KubernetesYaml.LoadAllFromString(text, Types, strict: true);

    private static long Seconds(V1PodSpec pod, string option)
    {
        string value = pod.Containers[0].Args.Single(one => one.StartsWith(option, StringComparison.Ordinal));
        Assert.True(Units.TryParseDuration(value[option.Length..], out long ns, out string error), error);
        return ns / 1_000_000_000;
    }
}
