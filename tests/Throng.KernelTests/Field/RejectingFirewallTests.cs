using Xunit;

namespace Throng.KernelTests;

/// <summary>Connects that a packet filter at the other end of a cable rejects, by each ICMP message that it knows.
/// </summary>
public sealed class RejectingFirewallTests
{
    [Theory]
    [InlineData("uring", "icmp", "host-unreachable", "unreachable", "firewalld does so")]
    [InlineData("epoll", "icmp", "admin-prohibited", "unreachable", "firewalld does so")]
    [InlineData("uring", "icmp", "prot-unreachable", "refused", "nft reject")]
    [InlineData("epoll", "icmp", "prot-unreachable", "refused", "nft reject")]
    [InlineData("epoll", "icmp", "port-unreachable", "refused", "nft reject")]
    [InlineData("uring", "icmpv6", "admin-prohibited", "not-permitted", "over IPv6 for a firewall on the way")]
    [InlineData("epoll", "icmpv6", "admin-prohibited", "not-permitted", "over IPv6 for a firewall on the way")]
    [InlineData("uring", "icmpv6", "addr-unreachable", "unreachable", "firewalld does so")]
    [InlineData("uring", "icmpv6", "port-unreachable", "refused", "nft reject")]
    public void The_reason_and_the_remedy_name_a_firewall(
        string engine, string family, string type, string reason, string remedy)
    {
        Requirement.Engine(engine);
        Needs.Tool("nft");
        using Netns client = new();
        using Netns host = new();
        VethPair.Connect(client, host);
        host.Out("nft 'add table inet t; add chain inet t i { type filter hook input priority 0; }; "
            + $"add rule inet t i meta l4proto tcp reject with {family} type {type}'");
        (string target, string time) = family == "icmp" ? ("10.9.0.2:7000", "1s") : ("[fd00:9::2]:7000", "3s");
        Document document = client.Throng(
            1, "hold", "2", "--target", target, "--for", time, "--engine", engine, "--json", "-q").Document().AddsUp();
        Assert.True(document.Count("connections.connect_failed", reason) > 0, document.Finding("nothing-connected"));
        document.Equal(0, document.Number("connections.opened"), "opened");
        Assert.Contains(remedy, document.Finding("nothing-connected"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Messages_that_are_dropped_on_the_way_are_not_the_servers(string engine)
    {
        Requirement.Engine(engine);
        using RoutedPath path = new("tcp dport 7000 ct original bytes > 2000 ct state established drop");
        using ThrongProcess server = ThrongProcess.Start(
            new Launch { Before = path.Server.Before }, "serve", "10.2.0.2:7000", "-q");
        Eventually.Holds(() => path.Server.Out("ss -Htln sport = :7000").Length > 0, server.Story);
        Document document = path.Client.Throng(
            1, "query", "--protocol", "echo", "--target", "10.2.0.2:7000", "-c", "2", "--rate", "100", "--for", "2s",
            "--timeout", "500ms", "--engine", engine, "--json", "-q").Document().AddsUp();
        string found = document.Finding("server-not-answering");
        Assert.Contains("sent again: what left here was not acknowledged", found, StringComparison.Ordinal);
        Assert.Contains("a firewall that has forgotten the connection", found, StringComparison.Ordinal);
        document.Equal(0, document.Findings("few-served"), "a limit on clients");
    }
}
