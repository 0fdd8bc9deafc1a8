using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class EpisodesTests
{
    [Fact]
    public void Disturbances_less_than_the_gap_apart_are_one_episode()
    {
        Disturbance[] disturbances =
        [
            Of(1, 100, 200), Of(2, 150, 400, DisturbanceCause.Reset, isLost: true, isReconnected: true),
            Of(1, 490, 500, DisturbanceCause.Reset), Of(3, 600, 610),
        ];
        IReadOnlyList<Episode> episodes = Episodes.Find(disturbances, [], gapNs: 100);
        Assert.Equal(2, episodes.Count);
        Assert.Equal((100, 500), (episodes[0].StartNs, episodes[0].EndNs));
        Assert.Equal(2, episodes[0].Connections);
        Assert.Equal((1, 1, 1), (episodes[0].Lost, episodes[0].Survived, episodes[0].Reconnected));
        Assert.Equal(DisturbanceCause.Reset, episodes[0].Cause);
        Assert.Equal(6, episodes[0].Retransmits);
        Assert.Equal(10, episodes[1].DurationNs);
    }

    [Fact]
    public void A_connection_that_is_lost_in_the_place_of_a_lost_one_is_lost_again()
    {
        Disturbance lost = Of(1, 100, 200, DisturbanceCause.Closed, isLost: true) with { Losses = 3 };
        Disturbance once = Of(2, 150, 250, DisturbanceCause.Closed, isLost: true) with { Losses = 1 };
        Episode episode = Assert.Single(Episodes.Find([lost, once, Of(3, 160, 170)], [], 100));
        Assert.Equal((3, 2, 2, 1), (episode.Connections, episode.Lost, episode.LostAgain, episode.Survived));
    }

    [Fact]
    public void One_that_ends_early_does_not_end_the_episode_of_another()
    {
        IReadOnlyList<Episode> episodes = Episodes.Find([Of(1, 0, 1000), Of(2, 10, 20), Of(3, 900, 950)], [], 1);
        Assert.Equal(1000, Assert.Single(episodes).DurationNs);
    }

    [Fact]
    public void New_connections_that_fail_make_an_episode_or_join_one()
    {
        FailedProbe[] failed = [new(50, 60), new(1000, 1100), new(1150, 1300)];
        IReadOnlyList<Episode> episodes = Episodes.Find([Of(1, 55, 70), Of(1, 1250, 1260)], failed, 100);
        Assert.Equal([(50, 1, 1), (1000, 1, 2)], episodes.Select(
            one => ((int)one.StartNs, one.Connections, one.NewFailed)));
        Episode alone = Assert.Single(Episodes.Find([], [new(5, 9)], 100));
        Assert.Equal((5, 4, 0), (alone.StartNs, alone.DurationNs, alone.Connections));
        Assert.Equal(DisturbanceCause.None, alone.Cause);
    }

    [Fact]
    public void Episodes_part_what_they_are_made_of_for_any_gap()
    {
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            long gapNs = random.Next(0, 50);
            Disturbance[] disturbances = [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ =>
                random.Next(0, 500) is var start ? Of(random.Next(5), start, start + random.Next(0, 60)) : default)];
            FailedProbe[] failed = [.. Enumerable.Range(0, random.Next(0, 10)).Select(_ =>
                random.Next(0, 500) is var start ? new FailedProbe(start, start + random.Next(0, 30)) : default)];
            IReadOnlyList<Episode> episodes = Episodes.Find(disturbances, failed, gapNs);
            Assert.Equal(disturbances.Sum(one => one.Retransmits), episodes.Sum(one => one.Retransmits));
            Assert.Equal(failed.Length, episodes.Sum(one => one.NewFailed));
            for (int i = 1; i < episodes.Count; i++)
            {
                Assert.True(episodes[i].StartNs - episodes[i - 1].EndNs >= gapNs, $"round {round}: a gap lies between");
            }
        }
    }

    [Fact]
    public void Silence_is_when_all_are_disturbed_at_once()
    {
        Disturbance[] disturbances = [Of(0, 0, 100), Of(1, 40, 120), Of(0, 130, 140), Of(1, 130, 140), Of(1, 140, 150)];
        Assert.Equal(60 + 10, Episodes.SilentNs(disturbances, 2));
        Assert.Equal(0, Episodes.SilentNs(disturbances, 3));
        Assert.Equal(0, Episodes.SilentNs([], 0));
    }

    private static Disturbance Of(
        int connection, long startNs, long endNs, DisturbanceCause cause = DisturbanceCause.Slow, bool isLost = false,
        bool isReconnected = false) => new()
        {
            Connection = connection, StartNs = startNs, EndNs = endNs, Cause = cause, IsLost = isLost,
            IsReconnected = isReconnected, Retransmits = 2,
        };
}
