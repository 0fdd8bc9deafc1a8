using System.Collections.Concurrent;
using System.ComponentModel;
using Throng.Cluster;
using Throng.Measurement;
using Throng.Engine;

namespace Throng;

/// <summary>
/// The parts of runs that an agent carries out, each in a process of its own. What they leave stands in a directory
/// until nobody needs it any more.
/// </summary>
/// <param name="orders">Reads the words of orders.</param>
/// <param name="directory">Takes the results; it outlives this process.</param>
/// <param name="sockets">Takes the control sockets: a short path, and nobody else's.</param>
internal sealed class ChildJobs(OrderedWords orders, string directory, string sockets) : IJobs
{
    private const string Suffix = ".json";
    private const string Between = "-of-";

    private readonly ConcurrentDictionary<JobId, ChildJob> _live = new();
    private readonly ConcurrentQueue<JobEvent> _events = new();
    private int _socketsMade;

    public bool TryTake(out JobEvent? happened) => _events.TryDequeue(out happened);

    public string Refuses(IReadOnlyList<string> words) => orders.Read(words).Error;

    public JobExamination Examine(IReadOnlyList<string> words, JobPart part)
    {
        try
        {
            return orders.Examine([.. words, $"--share={part}", "--start-at=told"]);
        }
        catch (SetupException setup)
        {
            return new JobExamination($"{setup.Message}; {setup.Remedy}", Fits: false, null, "");
        }
    }

    public string Start(JobId job, IReadOnlyList<string> words)
    {
        OrderedLoad load = orders.Read(words);
        if (load.Error.Length > 0)
        {
            return load.Error;
        }

        try
        {
            string socket = Path.Combine(sockets, $"{++_socketsMade}");
            _live[job] = ChildJob.Start(job, load.Words, socket, PathOf(job), Take);
            return "";
        }
        catch (Win32Exception failure)
        {
            return $"cannot start a process for it: {failure.Message}; see the limits on processes and memory there";
        }
    }

    public void Say(long id, JobId job, string line)
    {
        if (_live.TryGetValue(job, out ChildJob? child))
        {
            child.Say(id, line);
        }
        else
        {
            Take(new JobSaid(id, job, IsRefused: true, null));
        }
    }

    public void Lease(JobId job, long untilNs)
    {
        if (_live.TryGetValue(job, out ChildJob? child))
        {
            child.Tell($"lease {untilNs}");
        }
    }

    public void End(JobId job)
    {
        if (_live.TryGetValue(job, out ChildJob? child))
        {
            child.End();
        }
    }

    public IReadOnlyList<JobId> Kept =>
        [.. Directory.EnumerateFiles(directory, "*" + Suffix).Select(JobOf).OfType<JobId>().Except(_live.Keys)];

    public ReadOnlyMemory<byte> ResultOf(JobId job)
    {
        try
        {
            return File.ReadAllBytes(PathOf(job));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    public void Forget(string run)
    {
        foreach (string path in Directory.EnumerateFiles(directory, $"{run}.*{Suffix}"))
        {
            File.Delete(path);
        }
    }

    /// <summary>Ends all parts in order.</summary>
    public void EndAll()
    {
        foreach (ChildJob child in _live.Values)
        {
            child.End();
        }
    }

    private void Take(JobEvent happened)
    {
        if (happened is JobEnded ended)
        {
            _ = _live.TryRemove(ended.Job, out _);
        }

        _events.Enqueue(happened);
    }

    private string PathOf(JobId job) =>
        Path.Combine(directory, $"{job.Run}.{job.Part.Index + 1}{Between}{job.Part.Count}{Suffix}");

    private static JobId? JobOf(string path)
    {
        string[] parts = Path.GetFileNameWithoutExtension(path).Split('.');
        return parts is [var run, var part] && JobPart.TryParse(part.Replace(Between, "/"), out JobPart read)
            ? new JobId(run, read)
            : null;
    }
}
