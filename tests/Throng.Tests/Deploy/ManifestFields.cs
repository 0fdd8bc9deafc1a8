namespace Throng.Tests;

/// <summary>
/// The fields of the Kubernetes API that the manifests use, with their types: string, int, bool, quantity (a string or
/// an int), port (an int or the name of one), or the words that are allowed. From the API's reference, by hand: what is
/// not here is looked up there first.
/// </summary>
internal static class ManifestFields
{
    private const string Pod = "spec.template.spec.";
    private const string Container = Pod + "containers[].";

    private static readonly Dictionary<string, string> OfAll = new()
    {
        ["apiVersion"] = "string", ["kind"] = "string", ["metadata.name"] = "string", ["metadata.labels.*"] = "string",
    };

    private static readonly Dictionary<string, string> OfPods = new()
    {
        ["spec.template.metadata.labels.*"] = "string",
        [Pod + "automountServiceAccountToken"] = "bool",
        [Pod + "terminationGracePeriodSeconds"] = "int",
        [Pod + "restartPolicy"] = "Always|OnFailure|Never",
        [Pod + "securityContext.runAsNonRoot"] = "bool",
        [Pod + "securityContext.runAsUser"] = "int",
        [Pod + "securityContext.runAsGroup"] = "int",
        [Pod + "securityContext.seccompProfile.type"] = "RuntimeDefault|Localhost|Unconfined",
        [Container + "name"] = "string",
        [Container + "image"] = "string",
        [Container + "imagePullPolicy"] = "Always|IfNotPresent|Never",
        [Container + "args[]"] = "string",
        [Container + "env[].name"] = "string",
        [Container + "env[].value"] = "string",
        [Container + "env[].valueFrom.fieldRef.fieldPath"] = "string",
        [Container + "ports[].name"] = "string",
        [Container + "ports[].containerPort"] = "int",
        [Container + "ports[].protocol"] = "TCP|UDP|SCTP",
        [Container + "lifecycle.preStop.sleep.seconds"] = "int",
        [Container + "readinessProbe.httpGet.path"] = "string",
        [Container + "readinessProbe.httpGet.port"] = "port",
        [Container + "readinessProbe.periodSeconds"] = "int",
        [Container + "readinessProbe.timeoutSeconds"] = "int",
        [Container + "readinessProbe.failureThreshold"] = "int",
        [Container + "livenessProbe.tcpSocket.port"] = "port",
        [Container + "livenessProbe.periodSeconds"] = "int",
        [Container + "livenessProbe.timeoutSeconds"] = "int",
        [Container + "livenessProbe.failureThreshold"] = "int",
        [Container + "resources.requests.cpu"] = "quantity",
        [Container + "resources.requests.memory"] = "quantity",
        [Container + "resources.limits.memory"] = "quantity",
        [Container + "securityContext.allowPrivilegeEscalation"] = "bool",
        [Container + "securityContext.readOnlyRootFilesystem"] = "bool",
        [Container + "securityContext.capabilities.drop[]"] = "string",
    };

    private static readonly Dictionary<string, string> OfDeployment = new()
    {
        ["spec.replicas"] = "int",
        ["spec.selector.matchLabels.*"] = "string",
        ["spec.strategy.type"] = "RollingUpdate|Recreate",
        ["spec.strategy.rollingUpdate.maxSurge"] = "port",
        ["spec.strategy.rollingUpdate.maxUnavailable"] = "port",
    };

    private static readonly Dictionary<string, string> OfJob = new() { ["spec.backoffLimit"] = "int" };

    private static readonly Dictionary<string, string> OfService = new()
    {
        ["spec.type"] = "ClusterIP|NodePort|LoadBalancer|ExternalName",
        ["spec.ipFamilyPolicy"] = "SingleStack|PreferDualStack|RequireDualStack",
        ["spec.selector.*"] = "string",
        ["spec.ports[].name"] = "string",
        ["spec.ports[].port"] = "int",
        ["spec.ports[].targetPort"] = "port",
        ["spec.ports[].protocol"] = "TCP|UDP|SCTP",
    };

    /// <summary>Errors in a manifest, a line each.</summary>
    public static IEnumerable<string> Wrong(IReadOnlyList<YamlLeaf> manifest)
    {
        string kind = TextOf(manifest, "kind");
        (string version, Dictionary<string, string>[] tables) = kind switch
        {
            "Deployment" => ("apps/v1", new[] { OfAll, OfPods, OfDeployment }),
            "Job" => ("batch/v1", [OfAll, OfPods, OfJob]),
            "Service" => ("v1", [OfAll, OfService]),
            _ => ("", []),
        };
        if (TextOf(manifest, "apiVersion") != version)
        {
            yield return $"{kind} is of apiVersion {version}";
        }

        foreach (YamlLeaf leaf in manifest)
        {
            string any = leaf.Path[..(leaf.Path.LastIndexOf('.') + 1)] + "*";
            string? type = tables.Select(table =>
                table.GetValueOrDefault(leaf.Path) ?? table.GetValueOrDefault(any)).FirstOrDefault(one => one != null);
            if (type is null)
            {
                yield return $"line {leaf.Line}: {kind} has no {leaf.Path} that is known here";
            }
            else if (!Fits(leaf, type))
            {
                yield return $"line {leaf.Line}: {leaf.Path} is of type {type}, not {leaf.Kind} {leaf.Text}";
            }
        }
    }

    public static string TextOf(IReadOnlyList<YamlLeaf> manifest, string path) =>
        manifest.SingleOrDefault(leaf => leaf.Path == path)?.Text ?? "";

    private static bool Fits(YamlLeaf leaf, string type) => type switch
    {
        "quantity" or "port" => leaf.Kind is "int" or "string",
        "string" or "int" or "bool" => leaf.Kind == type,
        _ => leaf.Kind == "string" && type.Split('|').Contains(leaf.Text),
    };
}
