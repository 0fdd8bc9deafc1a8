using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A run that is under way, as the prompt, the control socket, the progress line and the end of the command see it.
/// Any thread; nothing here waits for more than the time an answer of the workers takes.
/// </summary>
public interface ILiveRun : IDisposable
{
    RunSpec Spec { get; }

    /// <summary>uring or epoll.</summary>
    string Engine { get; }

    /// <summary>Why this engine, in one line; empty when it was asked for by name.</summary>
    string EngineReason { get; }

    /// <summary>Addresses this run listens on, with the ports the kernel chose.</summary>
    IReadOnlyList<SockAddr> Listening { get; }

    /// <summary>Kind of traffic that the run's connections and listeners carry.</summary>
    Transport Transport => Transport.Stream;

    /// <summary>It listens for datagrams: alone, or beside connections.</summary>
    bool HasDatagrams => false;

    /// <summary>Mode in which a server treats what comes; meaningful for a server only.</summary>
    ServeMode Mode => ServeMode.Echo;

    /// <summary>Its workers are on other hosts: nobody here can list their connections.</summary>
    bool IsRemote => false;

    /// <summary>Describes what its end waits for; empty: connections, and answers on them.</summary>
    string WaitsFor => "";

    /// <summary>Whether it has connections that it knows of; a server of packets has none.</summary>
    bool KnowsConnections => true;

    /// <summary>
    /// Facts that only the run's engine has to tell, as `status` shows them: a label and a text each.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, string>> EngineStatus => [];

    /// <summary>Targets this run connects to.</summary>
    IReadOnlyList<SockAddr> Targets { get; }

    /// <summary>
    /// Sockets in use by the workers, both ends counted where both are here, and how many they have room for.
    /// </summary>
    long SocketsUsed { get; }
    long SocketsMax { get; }

    /// <summary>Whether this run has a schedule whose rate can be changed.</summary>
    bool HasRate { get; }

    /// <summary>Somebody decides step by step what it does, and ends it.</summary>
    bool IsGuided => false;

    /// <summary>Its schedule has ended: there is nothing more to send.</summary>
    bool IsOver { get; }

    /// <summary>Name in the document of an end that <see cref="IsOver"/> brings.</summary>
    string OverBy => RunStates.Duration;

    /// <summary>
    /// When it was told to begin, by the workers' clock; 0: it does not wait to be told; long.MaxValue: it waits still.
    /// </summary>
    long StartNs => 0;

    /// <summary>Nothing is waited for before the load begins but the word, or it has begun: all its connections are
    /// open, or no more come.</summary>
    bool IsReady => true;

    /// <summary>Whether the number of its connections can be set.</summary>
    bool CanSet => true;

    bool PingIsOn { get; }
    bool DebugIsOn { get; }

    /// <summary>Reads the workers' counters now.</summary>
    Sample Sample();

    /// <summary>
    /// The document as it would be if the run ended now, but for what only an end can tell. Its sums hold, with what is
    /// under way; its series and events are the last ones.
    /// </summary>
    RunDocument DocumentSoFar();

    /// <summary>The run as a view shows it, with at most so many of its last intervals.</summary>
    LiveSnapshot Snapshot(int intervals) => new() { Now = Sample() };

    /// <summary>Wants this many connections from now on; false with a reason when that cannot be.</summary>
    bool TrySet(long connections, out string error);

    /// <summary>Offers this rate from now on until the schedule's end; false with a reason when that cannot be.
    /// </summary>
    bool TryRate(double ratePerSecond, out string error);

    /// <summary>Tells a load that waits for it to begin; false with a reason when it does not wait.</summary>
    /// <param name="at">A moment to come; null: as soon as it can.</param>
    /// <param name="from">
    /// A later one from which on it offers what the plan has, where another process has carried it out from
    /// <paramref name="at"/> on; null: from its beginning.
    /// </param>
    bool TryStart(DateTimeOffset? at, DateTimeOffset? from, out string error)
    {
        error = "this run does not wait to be told; --start-at told makes one that does";
        return false;
    }

    /// <summary>When it ends by itself unless it is told a later time before, by the workers' clock; long.MaxValue:
    /// it needs no lease.</summary>
    long LeaseNs => long.MaxValue;

    /// <summary>Lets it go on until then; false with a reason once it was to have ended.</summary>
    bool TryLease(long untilNs, out string error)
    {
        error = "this run has no lease";
        return false;
    }

    /// <summary>Another process leads the search that this is a part of, and tells its steps.</summary>
    bool IsLed => false;

    /// <summary>Offers one step of a search that is led; false with a reason when that cannot be. A step that was told
    /// already is not offered again.</summary>
    bool TryStep(long number, double ratePerSecond, DateTimeOffset at, out string error)
    {
        error = "no other process leads this run";
        return false;
    }

    /// <summary>Turns pings on or off; false with a reason when this run has none.</summary>
    bool TryPing(bool on, out string error);

    void Debug(bool on);

    /// <summary>The last connections that ended badly, the newest last: of those that the result has.</summary>
    IReadOnlyList<ConnectionFailure> LastFailures(int most) => [];

    /// <summary>Asks every worker; null when they did not answer in time.</summary>
    Question? Ask(WorkerMessageKind kind, long value);

    /// <summary>Reads TCP's facts about the run's connections, as far as they have been looked at.</summary>
    TcpCounters Tcp();

    /// <summary>Takes the lines on limits that were reached since the last call; each limit is named once.</summary>
    IEnumerable<string> TakeLimits();

    /// <summary>Takes the trace records that the workers wrote since the last call, as lines.</summary>
    IEnumerable<string> TakeTrace();

    /// <summary>Takes the intervals and events noted since the last call, in their order; nothing unless
    /// <see cref="RunSpec.KeepsNews"/>.</summary>
    IReadOnlyList<RunNews> TakeNews() => [];

    /// <summary>
    /// The plateau is over: notes what is held. A server accepts no more, and ends when nothing is open any more.
    /// </summary>
    void Retire();

    /// <summary>The plateau is over: notes what is held, then closes everything in order. Once.</summary>
    void Drain();

    /// <summary>Closes everything at once.</summary>
    void Abort();

    /// <summary>Ends the workers without waiting for what is still open; the kernel closes it with their sockets.
    /// </summary>
    void Stop();

    /// <summary>True once every worker has ended.</summary>
    bool Join(TimeSpan timeout);

    /// <summary>
    /// The result, after <see cref="Join"/>. <paramref name="endedBy"/>: duration, count, SIGINT, quit, …
    /// </summary>
    RunDocument Document(string endedBy);
}
