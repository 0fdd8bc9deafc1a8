using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class IdentitiesTests
{
    [Fact]
    public void They_hold_in_the_samples()
    {
        Assert.Empty(Identities.Broken(SampleRun.Full));
        Assert.Empty(Identities.Broken(SampleRun.Hold(10_000, 9_000, 1_000)));
    }

    [Fact]
    public void Every_broken_one_is_named_with_both_sides()
    {
        RunDocument full = SampleRun.Full;
        RunDocument broken = full with
        {
            Connections = full.Connections with { Open = 4 },
            Connect = full.Connect! with { Attempts = 1 },
            Messages = full.Messages! with { Sent = 7 },
        };
        Assert.Equal(
            [
                "opened = 2002 but open + closed = 2003",
                "connect attempts = 1 but opened + connect_failed = 2041",
                "offered = 2000000 but not_sent + sent = 507",
                "sent = 7 but answered + timed_out + lost = 1999500",
            ],
            Identities.Broken(broken));
    }

    [Fact]
    public void A_server_has_no_attempts_to_account_for() =>
        Assert.Empty(Identities.Broken(SampleRun.Held with { Connect = null }));
}
