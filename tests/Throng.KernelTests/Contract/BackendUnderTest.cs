using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>The one place that knows how the backends of the contract suite are made.</summary>
internal static class BackendUnderTest
{
    /// <summary>io_uring with a ring for every two connections.</summary>
    public const string ManyRings = "uring in tables of two";

    /// <summary>Suffix of the name of a backend that TLS is put over.</summary>
    public const string WithTls = " with TLS";

    /// <summary>Between the names of the client's backend, which listens to nobody, and of the server's.</summary>
    public const string To = " to ";

    private static readonly Lazy<TlsSetup> Tls =
        new(() => TlsSetup.Create(new TlsClientSpec { ServerName = "localhost" }, TlsServerSpec.SelfSigned()));

    /// <summary>A backend, or the test skipped with the reason why there is none here.</summary>
    /// <param name="wakeFd">An eventfd the caller keeps; not used by a simulation.</param>
    /// <param name="clientSlots">Of the slab, how many are for connections we open.</param>
    /// <param name="network">What simulated backends of one test share; null for a real kernel.</param>
    public static IBackend Make(
        string engine, Slab slab, BufferPool pool, int wakeFd, int clientSlots, SimulatedNetwork? network)
    {
        TlsSetup? tls = engine.EndsWith(WithTls, StringComparison.Ordinal) ? Tls.Value : null;
        engine = engine.Replace(WithTls, "", StringComparison.Ordinal);
        if (network is not null)
        {
            return tls is null
                ? new SimulatedBackend(network, slab, pool)
                : new TlsBackend(slab, pool, tls, sockets => new SimulatedBackend(network, sockets, pool));
        }

        EngineChoice kind = engine == "epoll" ? EngineChoice.Epoll : EngineChoice.Uring;
        int slots = engine == ManyRings ? Math.Min(2, slab.Capacity) : slab.Capacity;
        TableSize tables = new(slots, Math.Min(slots, clientSlots));
        try
        {
            return Backends.Make(kind, slab, pool, wakeFd, tables, tls);
        }
        catch (SetupException refused)
        {
            Needs.Host(false, $"{engine}: {refused.Message}");
            throw;
        }
    }

    /// <summary>The network of a simulated pair: everything the contract leaves open comes at its worst.</summary>
    public static SimulatedNetwork? NetworkOf(string engine, ulong seed) =>
        !engine.StartsWith("simulated", StringComparison.Ordinal) ? null
        : new SimulatedNetwork(seed, FaultPlan.None with
        {
            WriteIsPartial = 0.1,
            WriteIsSplit = 0.3,
            AskedTwice = 0.5,
            ReadIsPartial = 0.3,
            FinIsLate = 0.5,
            CompletionIsLate = 0.3,
            CloseIsLate = 0.5,
            LatencyMaxNs = 500_000,
        });
}
