using System.Net.Sockets;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// `--otlp`: pushes the metrics of a run to a collector, on a thread of its own: every ten seconds as they stand, and
/// at the end those of the result. A collector that does not take them holds up nobody: that is counted, and said
/// twice, the first time and at the end.
/// </summary>
public sealed class OtlpPush : IDisposable
{
    private const int Taken = 200;
    private const int FirstRefusal = 300;
    private const int AnswerBytesMax = 64 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FinishMax = TimeSpan.FromSeconds(12);

    private readonly Uri _url;
    private readonly Action<string> _say;
    private readonly ManualResetEventSlim _ending = new(false, spinCount: 0);
    private Thread? _thread;
    private RunDocument? _final;
    private long _pushed;
    private long _failed;

    private OtlpPush(Uri url, Action<string> say)
    {
        _url = url;
        _say = say;
    }

    /// <summary>The push that the options ask for; null for none.</summary>
    /// <param name="say">Takes a line for the person who waits.</param>
    public static OtlpPush? Create(Values values, Action<string> say) =>
        values.Get(HttpOptions.Otlp) is { Length: > 0 } url ? new OtlpPush(new Uri(url), say) : null;

    /// <summary>Begins, once the workers have started: sockets before would have copies in their tables.</summary>
    public void Follow(ILiveRun run)
    {
        _thread = new Thread(() => PushOnAndOn(run)) { Name = "otlp", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Pushes the result, and waits for that, but not for long.</summary>
    public void Finish(RunDocument result)
    {
        Volatile.Write(ref _final, result);
        _ending.Set();
        bool hasEnded = _thread?.Join(FinishMax) is not false;
        long failed = Volatile.Read(ref _failed) + (hasEnded ? 0 : 1);
        if (failed > 0)
        {
            string pushes = Units.Several(Volatile.Read(ref _pushed) + failed, "push", "pushes");
            _say($"{Units.Count(failed)} of {pushes} to {Said} not taken");
        }
    }

    /// <summary>Ends it without a result.</summary>
    public void Dispose() => _ending.Set();

    private string Said => $"{HttpOptions.Otlp.Spelling} {_url}";

    private void PushOnAndOn(ILiveRun run)
    {
        while (!_ending.Wait(Interval))
        {
            Push(run.DocumentSoFar());
        }

        if (Volatile.Read(ref _final) is { } final)
        {
            Push(final);
        }
    }

    private void Push(RunDocument document)
    {
        string trouble = Send(MetricsOtlp.Render(document, DateTimeOffset.UtcNow));
        if (trouble.Length == 0)
        {
            Volatile.Write(ref _pushed, _pushed + 1);
            return;
        }

        if (_failed == 0)
        {
            _say($"{Said} does not take the metrics: {trouble}; the run goes on, and tries again");
        }

        Volatile.Write(ref _failed, _failed + 1);
    }

    /// <summary>Sends one request; returns what is wrong, empty for nothing.</summary>
    private string Send(byte[] body)
    {
        try
        {
            _ = new HttpExchange(_url, default, Patience, AnswerBytesMax).Post(
                _url.PathAndQuery, MetricsOtlp.ContentType, "", body, out int status);
            return status is >= Taken and < FirstRefusal ? "" : status == 0 ? "no HTTP" : $"HTTP {status}";
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return Reason.Describe(failure);
        }
        catch (SetupException refused)
        {
            return refused.Message;
        }
    }
}
