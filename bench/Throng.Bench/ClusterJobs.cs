using System.Globalization;
using System.Text;
using Throng.Cluster;
using Throng.Measurement;
using Throng.Report;

namespace Throng.Bench;

/// <summary>Parts without a process: figures of a real one, counted on with the time since they began.</summary>
internal sealed class ClusterJobs(RunDocument template) : IJobs
{
    private const long SecondNs = 1_000_000_000;

    private readonly Queue<JobEvent> _events = new();
    private readonly Dictionary<JobId, DateTimeOffset> _begin = [];
    private readonly Dictionary<JobId, byte[]> _kept = [];

    public IReadOnlyList<JobId> Kept => [.. _kept.Keys];

    public bool TryTake(out JobEvent? happened) => _events.TryDequeue(out happened);

    public string Refuses(IReadOnlyList<string> words) => "";

    public JobExamination Examine(IReadOnlyList<string> words, JobPart part) => new("", Fits: true, 28_232, "");

    public string Start(JobId job, IReadOnlyList<string> words)
    {
        _begin[job] = DateTimeOffset.MaxValue;
        return "";
    }

    public void Say(long id, JobId job, string line)
    {
        string[] words = line.Split(' ');
        bool isHere = _begin.TryGetValue(job, out DateTimeOffset begin);
        string text = words[0] switch
        {
            "ready" => "ready",
            "start" => "begins",
            "result" when isHere => Encoding.UTF8.GetString(
                Figures(job, begin, "", int.Parse(words[1], CultureInfo.InvariantCulture))),
            _ => "",
        };
        if (words[0] == "start" && isHere)
        {
            long ticks = DateTimeOffset.Parse(words[1], CultureInfo.InvariantCulture).UtcTicks;
            _begin[job] = new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero); // as parts do
        }

        _events.Enqueue(new JobSaid(id, job, !isHere, isHere ? text : null));
    }

    public void Lease(JobId job, long untilNs)
    {
    }

    public void End(JobId job)
    {
        if (_begin.Remove(job, out DateTimeOffset begin))
        {
            _kept[job] = Figures(job, begin, "quit", int.MaxValue);
            _events.Enqueue(new JobEnded(job, 0, ""));
        }
    }

    public ReadOnlyMemory<byte> ResultOf(JobId job) => _kept.GetValueOrDefault(job);

    public void Forget(string run)
    {
        foreach (JobId job in _kept.Keys.Where(job => job.Run == run).ToArray())
        {
            _kept.Remove(job);
        }
    }

    private byte[] Figures(JobId job, DateTimeOffset begin, string endedBy, int pointsMax)
    {
        long seconds = Math.Max(0, (long)(DateTimeOffset.UtcNow - begin).TotalSeconds);
        long each = template.Series.Max(static point => point.Answered);
        long all = seconds * each;
        SeriesPoint[] points =
        [
            .. Enumerable.Range((int)Math.Max(0, seconds - pointsMax), (int)Math.Min(seconds, pointsMax)).Select(
                at => template.Series[at % template.Series.Count] with
                {
                    TimeNs = (at + 1) * SecondNs, IntervalNs = SecondNs, Time = begin.AddSeconds(at + 1),
                }),
        ];
        return JsonReport.Render(
            template with
            {
                RunId = job.Run,
                Started = begin == DateTimeOffset.MaxValue ? DateTimeOffset.UtcNow : begin,
                DurationNs = seconds * SecondNs,
                EndedBy = endedBy.Length > 0 ? endedBy : template.EndedBy,
                Messages = template.Messages! with { Offered = all, Sent = all, Answered = all },
                Series = points,
            },
            indented: false);
    }
}
