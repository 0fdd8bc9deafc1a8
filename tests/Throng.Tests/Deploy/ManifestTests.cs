using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>The Kubernetes manifests: known fields, containers without rights, command lines that are read.</summary>
public sealed class ManifestTests
{
    private const string Server = "deploy/kubernetes/server.yaml";
    private const string Client = "deploy/kubernetes/client.yaml";
    private const string Container = "spec.template.spec.containers[].";

    public static TheoryData<string> Files => [Server, Client];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_exists_and_has_its_type(string path) =>
        Assert.Empty(Read(path).SelectMany(ManifestFields.Wrong));

    [Theory]
    [InlineData("replicas: 4", "replicas: \"4\"", "spec.replicas is of type int, not string 4")]
    [InlineData("replicas: 4", "replica: 4", "Deployment has no spec.replica that is known here")]
    [InlineData("fieldPath: metadata.name", "fieldPath: 0", "fieldRef.fieldPath is of type string, not int 0")]
    [InlineData("runAsNonRoot: true", "runAsNonRoot: yes", "runAsNonRoot is of type bool, not string yes")]
    [InlineData("type: LoadBalancer", "type: Loadbalancer", "not string Loadbalancer")]
    [InlineData("apiVersion: apps/v1", "apiVersion: v1", "Deployment is of apiVersion apps/v1")]
    [InlineData("        - name: server", "        - nam: server", "Deployment has no ")]
    public void What_is_wrong_is_found(string right, string wrong, string found)
    {
        string text = Repository.File(Server).Text;
        Assert.Contains(right, text, StringComparison.Ordinal);
        string line = Assert.Single(Yaml.Read(text.Replace(right, wrong)).SelectMany(ManifestFields.Wrong));
        Assert.Contains(found, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a:\n  b: 1\n c: 2\n")]
    [InlineData("a: [1]\n")]
    [InlineData("a: &b c\n")]
    [InlineData("a: b # c\n")]
    [InlineData("a\n")]
    public void What_is_no_yaml_known_here_is_an_error(string text) =>
        Assert.Throws<FormatException>(() => Yaml.Read(text));

    [Fact]
    public void Yaml_is_read_by_place_and_kind()
    {
        string text = "a:\n  b: x\n  c:\n    - 1\n    - d: true\n      e: \"2\"\n    - d: ~\n---\nf: 1.5\n";
        IEnumerable<string> read = Yaml.Read(text).SelectMany(one => one).Select(leaf =>
            $"{leaf.Line} {leaf.Path} {leaf.Kind} {leaf.Text}");
        Assert.Equal(
            ["2 a.b string x", "4 a.c[] int 1", "5 a.c[].d bool true", "6 a.c[].e string 2", "7 a.c[].d null ~",
                "9 f float 1.5"],
            read);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Containers_have_no_rights_they_do_not_need(string path)
    {
        IReadOnlyList<YamlLeaf> pod = Read(path)[0];
        Assert.Equal("true", ManifestFields.TextOf(pod, "spec.template.spec.securityContext.runAsNonRoot"));
        Assert.Equal("false", ManifestFields.TextOf(pod, "spec.template.spec.automountServiceAccountToken"));
        Assert.Equal(
            "RuntimeDefault", ManifestFields.TextOf(pod, "spec.template.spec.securityContext.seccompProfile.type"));
        Assert.Equal("true", ManifestFields.TextOf(pod, Container + "securityContext.readOnlyRootFilesystem"));
        Assert.Equal("false", ManifestFields.TextOf(pod, Container + "securityContext.allowPrivilegeEscalation"));
        Assert.Equal("ALL", ManifestFields.TextOf(pod, Container + "securityContext.capabilities.drop[]"));
    }

    [Fact]
    public void The_servers_command_line_is_understood_and_its_drain_fits_the_grace_period()
    {
        IReadOnlyList<YamlLeaf> pod = Read(Server)[0];
        CliShell shell = new();
        shell.Live.ConnectsTo.Clear();
        shell.Live.EndsByItself = true;
        Assert.Equal(0, shell.Run([.. Arguments(pod).Where(one => !IsHealth(one)), "--for", "1ms"]));
        Assert.Contains(Arguments(pod), IsHealth);
        long graceSeconds = long.Parse(
            ManifestFields.TextOf(pod, "spec.template.spec.terminationGracePeriodSeconds"), null);
        Assert.InRange(shell.Live.Spec.RetireNs / 1_000_000_000, 1, graceSeconds - 5);
        Assert.Equal("metadata.name", ManifestFields.TextOf(pod, Container + "env[].valueFrom.fieldRef.fieldPath"));
    }

    [Fact]
    public void The_jobs_exit_code_is_the_verdict()
    {
        IReadOnlyList<YamlLeaf> job = Read(Client)[0];
        Assert.Equal("Never", ManifestFields.TextOf(job, "spec.template.spec.restartPolicy"));
        Assert.Equal("0", ManifestFields.TextOf(job, "spec.backoffLimit"));
        Assert.Contains(Arguments(job), one => one.StartsWith("--fail-on=", StringComparison.Ordinal));
        Assert.Equal("monitor", Arguments(job)[0]);
        Assert.All(Arguments(job).Skip(1), one => Assert.Contains(one.Split('=')[0], Documents.KnownOptions));
    }

    [Fact]
    public void Ports_selectors_and_the_name_in_the_job_meet()
    {
        IReadOnlyList<YamlLeaf> pod = Read(Server)[0];
        IReadOnlyList<YamlLeaf> front = Read(Server)[1];
        Assert.Equal(
            ManifestFields.TextOf(pod, "spec.template.metadata.labels.app"),
            ManifestFields.TextOf(front, "spec.selector.app"));
        string[] names = [.. pod.Where(leaf => leaf.Path == Container + "ports[].name").Select(leaf => leaf.Text)];
        IEnumerable<string> used = pod.Concat(front).Where(leaf =>
            leaf.Path.EndsWith("targetPort", StringComparison.Ordinal)
            || leaf.Path.EndsWith("Get.port", StringComparison.Ordinal)
            || leaf.Path.EndsWith("Socket.port", StringComparison.Ordinal)).Select(leaf => leaf.Text);
        Assert.Equal(4, used.Count());
        Assert.All(used, one => Assert.Contains(one, names));
        string name = ManifestFields.TextOf(front, "metadata.name");
        Assert.Contains($"--target={name}:5003", Arguments(Read(Client)[0]));
    }

    private static bool IsHealth(string argument) => argument.StartsWith("--health=", StringComparison.Ordinal);

    private static string[] Arguments(IReadOnlyList<YamlLeaf> pod) =>
        [.. pod.Where(leaf => leaf.Path == Container + "args[]").Select(leaf => leaf.Text)];

    private static IReadOnlyList<IReadOnlyList<YamlLeaf>> Read(string path) => Yaml.Read(Repository.File(path).Text);
}
