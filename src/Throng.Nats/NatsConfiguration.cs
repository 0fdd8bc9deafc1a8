using System.Globalization;
using System.Text;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// A configuration of nats-server for throng: a controller, which may do everything, and agents, each of which may do
/// what it needs: send its own figures and presence, read plans, store results, and answer what it is asked.
/// </summary>
public sealed record NatsConfiguration
{
    /// <summary>Address to listen at.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Port to listen at; 0: one that is free.</summary>
    public int Port { get; init; } = 4222;

    /// <summary>Folder for what is kept on disk.</summary>
    public required string StorePath { get; init; }

    /// <summary>Room on disk, as nats-server writes it: 10GB.</summary>
    public string FileStoreMax { get; init; } = "10GB";

    /// <summary>Room in memory, as nats-server writes it: 256MB.</summary>
    public string MemoryStoreMax { get; init; } = "256MB";

    /// <summary>User of all controllers; null: anybody may do everything.</summary>
    public NatsUser? Controller { get; init; }

    public IReadOnlyList<NatsUser> Agents { get; init; } = [];

    /// <summary>Certificate (PEM) of the server, with its key; null: no TLS.</summary>
    public (string CertificatePath, string KeyPath)? Tls { get; init; }

    /// <summary>Name of this node, of letters, digits, - and _.</summary>
    public string NodeName { get; init; } = "throng";

    /// <summary>Port that this node of a cluster listens at for the others; 0: no cluster.</summary>
    public int RoutePort { get; init; }

    /// <summary>The other nodes of the cluster: nats-route://HOST:PORT.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>The text that nats-server reads.</summary>
    public string Text
    {
        get
        {
            StringBuilder text = new();
            string port = Port == 0 ? "-1" : Port.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $$"""
                # nats-server for throng. Whoever can read this file can log in: mode 0600.
                server_name: {{Quoted(NodeName)}}
                listen: {{Quoted($"{Address}:{port}")}}
                jetstream {
                  store_dir: {{Quoted(StorePath)}}
                  max_file_store: {{FileStoreMax}}
                  max_memory_store: {{MemoryStoreMax}}
                }

                """);
            AppendTls(text);
            AppendCluster(text);
            AppendAccounts(text);
            return text.ToString();
        }
    }

    private void AppendTls(StringBuilder text)
    {
        if (Tls is { } tls)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                tls {
                  cert_file: {{Quoted(tls.CertificatePath)}}
                  key_file: {{Quoted(tls.KeyPath)}}
                }

                """);
        }
    }

    private void AppendCluster(StringBuilder text)
    {
        if (RoutePort > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                cluster {
                  name: "throng"
                  listen: {{Quoted($"{Address}:{RoutePort}")}}
                  routes: [{{string.Join(", ", Routes.Select(Quoted))}}]
                }

                """);
        }
    }

    private void AppendAccounts(StringBuilder text)
    {
        if (Controller is null)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            accounts {
              THRONG {
                jetstream: enabled
                users: [
                  { {{Login(Controller)}} }

            """);
        foreach (NatsUser agent in Agents)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                      { {{Login(agent)}}, permissions: {
                        publish: [{{string.Join(", ", Sends(agent.Name).Select(Quoted))}}]
                        subscribe: [{{string.Join(", ", Listens(agent.Name).Select(Quoted))}}]
                        allow_responses: { max: 1, expires: "5m" } # an answer to whoever asked
                      } }

                """);
        }

        text.Append("    ]\n  }\n}\n");
    }

    /// <summary>Subjects that an agent may send to.</summary>
    internal static IEnumerable<string> Sends(string agent)
    {
        const string Api = "$JS.API";
        const string Results = $"OBJ_{NatsResults.Bucket}";
        yield return $"throng.*.fig.{agent}";
        yield return $"$KV.{NatsBuckets.NameOf(Bucket.Agents)}.{agent}";
        yield return $"$KV.{NatsBuckets.NameOf(Bucket.Plans)}.{ClusterProtocol.LeaseKey("*", agent)}";
        foreach (Bucket bucket in NatsBuckets.All)
        {
            yield return $"{Api}.STREAM.INFO.KV_{NatsBuckets.NameOf(bucket)}";
            yield return $"{Api}.DIRECT.GET.KV_{NatsBuckets.NameOf(bucket)}";
        }

        yield return $"$O.{NatsResults.Bucket}.>";
        yield return $"{Api}.STREAM.INFO.{Results}";
        yield return $"{Api}.STREAM.MSG.GET.{Results}";
        yield return $"{Api}.DIRECT.GET.{Results}";
        yield return $"{Api}.STREAM.PURGE.{Results}"; // the pieces of a result that it stores again
    }

    /// <summary>Subjects that an agent may listen at.</summary>
    internal static IEnumerable<string> Listens(string agent)
    {
        yield return $"throng.agent.{agent}.>";
        yield return "throng.*.rate";
        yield return $"_INBOX_{agent}.>";
    }

    private static string Login(NatsUser user) => user.PublicKey is { } key
        ? $"nkey: {key}"
        : $"user: {Quoted(user.Name)}, password: {Quoted(user.Password ?? "")}";

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
