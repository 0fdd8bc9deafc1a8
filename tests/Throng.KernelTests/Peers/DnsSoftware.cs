namespace Throng.KernelTests;

/// <summary>
/// How one DNS server is told to serve <see cref="DnsZone"/> out of a folder, with everything it listens on and writes
/// in there or on loopback, and how it tells what it did.
/// </summary>
internal sealed record DnsSoftware
{
    private const string SharedSecret = "c2VjcmV0IG9mIGEgdGVzdCBvbiBsb29wYmFjayBvbmx5"; // it listens on loopback

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Program and arguments that make it tell its figures.</summary>
    public required IReadOnlyList<string> Asking { get; init; }

    /// <summary>Where it writes them; empty: the standard output of whoever asks.</summary>
    public string FiguresPath { get; init; } = "";

    /// <summary>A pattern with one group for each figure it tells, in a line of its own.</summary>
    public required IReadOnlyDictionary<string, string> Figures { get; init; }

    /// <param name="ports">For DNS, for DNS over TLS, for control.</param>
    /// <param name="more">Lines for the options of the server.</param>
    public static DnsSoftware Of(string name, string folder, (int Dns, int Tls, int Control) ports, string[] more) =>
        name switch
        {
            "unbound" => Unbound(folder, ports, more),
            "nsd" => Nsd(folder, ports, more),
            "knot" => Knot(folder, ports, more),
            _ => Bind(folder, ports, more),
        };

    private static DnsSoftware Unbound(string folder, (int Dns, int Tls, int Control) ports, string[] more) => new()
    {
        Program = "unbound",
        Arguments = ["-d", "-c", $"{folder}/unbound.conf"],
        Files = new Dictionary<string, string>
        {
            ["unbound.conf"] = $"""
                server:
                  directory: "{folder}"
                  chroot: ""
                  username: ""
                  pidfile: "{folder}/pid"
                  use-syslog: no
                  interface: 127.0.0.1@{ports.Dns}
                  interface: 127.0.0.1@{ports.Tls}
                  tls-port: {ports.Tls}
                  tls-service-key: "key.pem"
                  tls-service-pem: "certificate.pem"
                  num-threads: 1
                  module-config: "iterator"
                  extended-statistics: yes
                  max-udp-size: 4096
                  {string.Join("\n  ", more)}
                  local-zone: "example.com." static
                  {string.Join("\n  ", DnsZone.Records.Select(record => $"local-data: '{record}'"))}
                remote-control:
                  control-enable: yes
                  control-interface: {folder}/control
                  control-use-cert: no

                """,
        },
        Asking = ["unbound-control", "-c", $"{folder}/unbound.conf", "stats_noreset"],
        Figures = new Dictionary<string, string>
        {
            ["queries"] = @"total\.num\.queries=(\d+)",
            ["streams"] = @"num\.query\.tcp=(\d+)",
            ["tls"] = @"num\.query\.tls=(\d+)",
            ["NOERROR"] = @"num\.answer\.rcode\.NOERROR=(\d+)",
            ["NXDOMAIN"] = @"num\.answer\.rcode\.NXDOMAIN=(\d+)",
        },
    };

    private static DnsSoftware Nsd(string folder, (int Dns, int Tls, int Control) ports, string[] more) => new()
    {
        Program = "nsd",
        Arguments = ["-d", "-c", $"{folder}/nsd.conf"],
        Files = new Dictionary<string, string>
        {
            ["nsd.conf"] = $"""
                server:
                  username: ""
                  chroot: ""
                  zonesdir: "{folder}"
                  database: ""
                  pidfile: "{folder}/pid"
                  xfrdfile: "{folder}/xfrd.state"
                  xfrdir: "{folder}"
                  zonelistfile: "{folder}/zone.list"
                  logfile: "{folder}/log"
                  ip-address: 127.0.0.1@{ports.Dns}
                  ip-address: 127.0.0.1@{ports.Tls}
                  tls-port: {ports.Tls}
                  tls-service-key: "{folder}/key.pem"
                  tls-service-pem: "{folder}/certificate.pem"
                  ipv4-edns-size: 4096
                  rrl-ratelimit: 0
                  {string.Join("\n  ", more)}
                remote-control:
                  control-enable: yes
                  control-interface: {folder}/control
                zone:
                  name: example.com
                  zonefile: zone

                """,
            ["zone"] = string.Join('\n', DnsZone.Records) + "\n",
        },
        Asking = ["nsd-control", "-c", $"{folder}/nsd.conf", "stats_noreset"],
        Figures = new Dictionary<string, string>
        {
            ["queries"] = @"num\.queries=(\d+)",
            ["udp"] = @"num\.udp=(\d+)",
            ["tcp"] = @"num\.tcp=(\d+)",
            ["tls"] = @"num\.tls=(\d+)",
            ["NOERROR"] = @"num\.rcode\.NOERROR=(\d+)",
            ["NXDOMAIN"] = @"num\.rcode\.NXDOMAIN=(\d+)",
            ["truncated"] = @"num\.truncated=(\d+)",
        },
    };

    /// <summary>Knot DNS has DNS over TLS from 3.4 on only.</summary>
    private static DnsSoftware Knot(string folder, (int Dns, int Tls, int Control) ports, string[] more) => new()
    {
        Program = "knotd",
        Arguments = ["-c", $"{folder}/knot.conf"],
        Files = new Dictionary<string, string>
        {
            ["knot.conf"] = $"""
                server:
                  rundir: {folder}
                  listen: 127.0.0.1@{ports.Dns}
                  udp-max-payload: 4096
                  udp-workers: 1
                  tcp-workers: 1
                  background-workers: 1
                  {string.Join("\n  ", more)}
                control:
                  listen: {folder}/control
                database:
                  storage: {folder}
                mod-stats:
                  - id: all
                    request-protocol: on
                    response-code: on
                    flag-presence: on
                template:
                  - id: default
                    storage: {folder}
                    global-module: mod-stats/all
                zone:
                  - domain: example.com
                    file: zone

                """,
            ["zone"] = string.Join('\n', DnsZone.Records) + "\n",
        },
        Asking = ["knotc", "-s", $"{folder}/control", "stats"],
        Figures = new Dictionary<string, string>
        {
            ["queries"] = @"mod-stats\.server-operation\[query\] = (\d+)",
            ["udp"] = @"mod-stats\.request-protocol\[udp4\] = (\d+)",
            ["tcp"] = @"mod-stats\.request-protocol\[tcp4\] = (\d+)",
            ["NOERROR"] = @"mod-stats\.response-code\[NOERROR\] = (\d+)",
            ["NXDOMAIN"] = @"mod-stats\.response-code\[NXDOMAIN\] = (\d+)",
            ["truncated"] = @"mod-stats\.flag-presence\[TC\] = (\d+)",
        },
    };

    private static DnsSoftware Bind(string folder, (int Dns, int Tls, int Control) ports, string[] more) => new()
    {
        Program = "named",
        Arguments = ["-g", "-n", "1", "-c", $"{folder}/named.conf"],
        Files = new Dictionary<string, string>
        {
            ["named.conf"] = $$"""
                key "test" { algorithm hmac-sha256; secret "{{SharedSecret}}"; };
                controls { inet 127.0.0.1 port {{ports.Control}} allow { 127.0.0.1; } keys { "test"; }; };
                tls test { cert-file "{{folder}}/certificate.pem"; key-file "{{folder}}/key.pem"; };
                options {
                  directory "{{folder}}";
                  pid-file "{{folder}}/pid";
                  session-keyfile "{{folder}}/session.key";
                  statistics-file "{{folder}}/figures";
                  listen-on port {{ports.Dns}} { 127.0.0.1; };
                  listen-on port {{ports.Tls}} tls test { 127.0.0.1; };
                  listen-on-v6 { none; };
                  recursion no;
                  dnssec-validation no;
                  max-udp-size 4096;
                  {{string.Join("\n  ", more)}}
                };
                zone "example.com" { type primary; file "{{folder}}/zone"; };

                """,
            ["rndc.conf"] = $$"""
                key "test" { algorithm hmac-sha256; secret "{{SharedSecret}}"; };
                options { default-key "test"; default-server 127.0.0.1; default-port {{ports.Control}}; };

                """,
            ["zone"] = string.Join('\n', DnsZone.Records) + "\n",
        },
        Asking = ["rndc", "-c", $"{folder}/rndc.conf", "stats"],
        FiguresPath = $"{folder}/figures",
        Figures = new Dictionary<string, string>
        {
            ["queries"] = @" *(\d+) QUERY",
            ["udp"] = @" *(\d+) UDP queries received",
            ["streams"] = @" *(\d+) TCP queries received",
            ["NOERROR"] = @" *(\d+) NOERROR",
            ["NXDOMAIN"] = @" *(\d+) NXDOMAIN",
            ["truncated"] = @" *(\d+) truncated responses sent",
            ["accepted"] = @" *(\d+) TCP/IPv4 connections accepted", // that of rndc among them
        },
    };
}
