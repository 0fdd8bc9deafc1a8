using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// Makes what is kept: with three copies where the nodes form a cluster that has three, else with one.
/// </summary>
internal sealed class BucketMaking(NatsLink link, NatsBuckets buckets, NatsResults results)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Time in which a cluster that has only begun finds all of its nodes.</summary>
    private const int ClusterMs = 6_000;

    /// <exception cref="BusException">It cannot be done, and why.</exception>
    public async Task MakeAllAsync(CancellationToken ending)
    {
        long begun = Environment.TickCount64;
        bool isCluster = link.Now.ServerInfo?.Cluster is { Length: > 0 };
        int copies = isCluster ? 3 : 1;
        long end = begun + (isCluster ? 2 * ClusterMs : (long)NatsLink.Patience.TotalMilliseconds);
        while (true)
        {
            try
            {
                await MakeAllAsync(copies, ending).ConfigureAwait(false);
                return;
            }
            catch (JetStreamException refusal) when (refusal.IsWithoutJetStream)
            {
                throw new BusException(
                    "this account of the message system stores nothing", "give it JetStream: jetstream: enabled");
            }
            catch (Exception failure) when (failure is NatsException or OperationCanceledException)
            {
                ending.ThrowIfCancellationRequested();
                long now = Environment.TickCount64;
                if (now > end)
                {
                    throw new BusException(
                        $"the message system keeps nothing: {failure.Message}",
                        "check its disk, its limits and its nodes");
                }

                bool isTooFew = failure is JetStreamException { IsTooFewNodes: true };
                copies = isTooFew && now - begun > ClusterMs ? 1 : copies;
            }

            await Task.Delay(Pause, ending).ConfigureAwait(false);
        }
    }

    private async Task MakeAllAsync(int copies, CancellationToken ending)
    {
        foreach (Bucket bucket in NatsBuckets.All)
        {
            await buckets.MakeAsync(bucket, copies, ending).ConfigureAwait(false);
        }

        await results.MakeAsync(copies, ending).ConfigureAwait(false);
    }
}
