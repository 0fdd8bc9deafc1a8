using System.Net;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class SourceChoiceTests
{
    private static readonly HostFacts Without = RecordedHost.Small with { HasTimestamps = false };

    [Fact]
    public void Ports_that_TIME_WAIT_would_keep_are_bound_every_second_one_of_the_host_s()
    {
        SourceChoice choice = SourceChoice.Decide(Churn(2_000, 60), RecordedHost.Small);
        Assert.Equal(SourceBinding.AddressAndPort, choice.Binding);
        Assert.True(choice.IsEverySecond);
        Assert.Equal(14_116, choice.Ports.Count);
        for (int i = 0; i < choice.Ports.Count; i++)
        {
            Assert.Equal(1, choice.Ports[i] & 1);
        }

        LoadPlan plan = Plan(Churn(2_000, 60), RecordedHost.Small);
        LimitRow row = Row(plan, RecordedHost.Small);
        Assert.Equal("no limit", row.Has);
        Assert.Equal("every second ephemeral port is bound here, the others are left to other programs; each is used "
            + "again at once (TCP timestamps)", row.Note);
        Assert.StartsWith("no limit: 14,116 address pairs", TurnoverLimit.Sum(RecordedHost.Small, plan)!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_timestamps_the_limit_stays_and_the_setting_is_the_remedy()
    {
        LoadPlan plan = Plan(Churn(2_000, 60), Without);
        Assert.False(plan.BindsPorts);
        LimitRow row = Row(plan, Without);
        Assert.Equal(LimitState.TooSmall, row.State);
        Assert.Equal("470/s closes", row.Has);
        Assert.EndsWith("sysctl -w net.ipv4.tcp_timestamps=1", row.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("--source-ports", row.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", 5_000, false)] // used again after a second
    [InlineData("127.0.0.1", 30_000, true)] // more than there are in a second
    [InlineData("10.0.0.2", 10, true)] // 60 s: earlier runs left some
    public void On_loopback_ports_are_bound_only_where_a_second_is_too_long(string host, double rate, bool binds) =>
        Assert.Equal(binds, SourceChoice.Decide(Churn(rate, 60, host), RecordedHost.Small).BindsPorts);

    [Fact]
    public void What_turns_nothing_over_binds_nothing()
    {
        Assert.Equal(SourceBinding.Nothing, SourceChoice.Decide(Plans.Hold(10), RecordedHost.Small).Binding);
        ChurnSpec reset = Churn(2_000, 60) with { Life = ChurnLife.Requests, Close = CloseKind.Rst };
        Assert.Equal(SourceBinding.Nothing, SourceChoice.Decide(reset, RecordedHost.Small).Binding);
        ChurnSpec own = Churn(2_000, 60) with { Targets = [] };
        Assert.Equal(SourceBinding.Nothing, SourceChoice.Decide(own, RecordedHost.Small).Binding);
        QuerySpec query = new() { Targets = own.Targets, Profile = RateProfile.Constant(1_000) };
        Assert.Null(query.Turnover);
        query = query with { QueriesPerConnection = 10 };
        Assert.Equal(100, query.Turnover!.Value.PerSecond);
        Assert.Null((query with { Close = CloseKind.Rst }).Turnover);
    }

    [Fact]
    public void More_connections_than_fit_every_second_port_bind_all_only_when_the_ports_are_named()
    {
        ChurnSpec many = Churn(2_000, 60) with { Connections = 20_000 };
        LoadPlan plan = Plan(many, RecordedHost.Small);
        Assert.False(plan.BindsPorts);
        Assert.Equal(28_232, plan.PortsPerSource);
        Assert.Contains("--source-ports 32768-60999", Row(plan, RecordedHost.Small).Remedy, StringComparison.Ordinal);
        SourceChoice named = SourceChoice.Decide(
            many with { SourcePorts = new PortRange(32768, 60999) }, RecordedHost.Small);
        Assert.Equal(SourceBinding.AddressAndPort, named.Binding);
        Assert.False(named.IsEverySecond);
        Assert.Equal(28_232, named.Ports.Count);
    }

    private static ChurnSpec Churn(double rate, long seconds, string host = "10.0.0.2") => new()
    {
        Targets = [SockAddr.From(IPAddress.Parse(host), 7000)],
        Profile = new RateProfile([new RateSegment(seconds * 1_000_000_000, rate, rate)]),
    };

    private static LoadPlan Plan(LoadSpec load, HostFacts host) => LoadLayout.Create(load, Plans.Run, host).Plan;

    private static LimitRow Row(LoadPlan plan, HostFacts host) => TurnoverLimit.Judge(host, plan)!;
}
