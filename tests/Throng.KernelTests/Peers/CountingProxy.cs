using System.Globalization;

namespace Throng.KernelTests;

/// <summary>
/// nginx or HAProxy from 10.9.0.2:7000 to 127.0.0.1:7001 in the network of the test, which counts each connection.
/// </summary>
internal sealed class CountingProxy : IDisposable
{
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    private readonly PeerProcess _process;
    private readonly string _file;

    public CountingProxy(string program)
    {
        Needs.Tool(program);
        if (program == "nginx")
        {
            Needs.File(StreamModule);
        }

        bool isNginx = program == "nginx";
        _file = isNginx ? "counts" : "output";
        _process = isNginx
            ? PeerProcess.Start(
                folder => $"nginx -p {folder} -e {folder}/log -c {folder}/nginx.conf", ("nginx.conf", NginxText))
            : PeerProcess.Start(
                folder => $"haproxy -db -f {folder}/haproxy.cfg", ("haproxy.cfg", HaproxyText));
        _process.Await(Listens);
    }

    /// <summary>Connections that have ended, bytes that clients sent on them, and bytes that they got.</summary>
    public (int Ended, long Up, long Down) Counts()
    {
        long[][] all =
        [
            .. from line in _process.Lines(_file)
               let words = line.Split(' ')
               where words.Length == 2
               select words.Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray(),
        ];
        return (all.Length, all.Sum(one => one[0]), all.Sum(one => one[1]));
    }

    public string Story() => _process.Story();

    public void Dispose() => _process.Dispose();

    private bool Listens()
    {
        // In /proc of this thread, whose network it is.
        string[] table = File.ReadAllLines("/proc/thread-self/net/tcp");
        return table.Any(row => row.Contains("0200090A:1B58 00000000:0000 0A", StringComparison.Ordinal));
    }

    private static string NginxText(string folder) => $$"""
        daemon off;
        master_process off;
        load_module {{StreamModule}};
        pid {{folder}}/pid;
        worker_rlimit_nofile 8192;
        events { worker_connections 4096; }
        stream {
          log_format counted '$bytes_received $bytes_sent';
          access_log {{folder}}/counts counted;
          server { listen 10.9.0.2:7000 backlog=4096; proxy_pass 127.0.0.1:7001; }
        }

        """;

    private static string HaproxyText(string folder) => """
        global
          log stdout format raw daemon
          maxconn 3000
        defaults
          mode tcp
          log global
          log-format "%U %B"
          timeout connect 10s
          timeout client 60s
          timeout server 60s
        frontend in
          bind 10.9.0.2:7000 backlog 4096
          default_backend all
        backend all
          server one 127.0.0.1:7001

        """;
}
