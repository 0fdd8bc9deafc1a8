using System.Diagnostics;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// All loads side by side for hours, at ten times their usual rates, against servers of which some are started again,
/// leave or stand still: memory, descriptors and threads have to stay, and latencies have to be at the end what they
/// were at the beginning.
/// </summary>
internal static class SoakBench
{
    public static int Run(Settings settings)
    {
        TimeSpan lasts = TimeSpan.FromMinutes(settings.Number("minutes", 60));
        TimeSpan every = settings.Seconds("every", Math.Max(1, lasts.TotalSeconds / 360));
        using Network network = new();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("throng-soak-");
        SoakReport report = new(settings, lasts);
        List<Watched> watched = [];
        List<Troubled> troubled = [];
        try
        {
            watched.AddRange(SoakPlan.Servers.Select(server => Start(server.Name, server.Line)));
            troubled.AddRange(SoakPlan.Troubles.Select(one => new Troubled(
                one.Trouble, one.Every, one.Lasts, () => StartChild($"{one.Line} -q"))));
            Thread.Sleep(1000); // they listen
            watched.AddRange(SoakPlan.Loads.Select(load => Start(load.Name, load.Line)));
            Again again = new(StartChild);
            Watch(network, watched, report, lasts, every);
            again.Stop();

            // Loads first: a server that ends before them would be one more trouble.
            foreach (Watched load in watched.Skip(SoakPlan.Servers.Length))
            {
                load.Terminate();
            }

            foreach (Watched one in Enumerable.Reverse(watched))
            {
                one.End();
            }

            report.Write(watched, troubled, again);
            return report.IsGood ? 0 : 1;
        }
        finally
        {
            troubled.ForEach(static one => one.Dispose());
            watched.ForEach(static one => one.Dispose());
            folder.Delete(recursive: true);
        }

        Watched Start(string name, string line) =>
            new(name, line, StartChild($"{line} -q --json".Replace("FOLDER", folder.FullName)));

        Child StartChild(string line) => Child.Start(network.Before, settings, ("throng", line));
    }

    private static void Watch(
        Network network, List<Watched> watched, SoakReport report, TimeSpan lasts, TimeSpan every)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (int reading = 1; clock.Elapsed < lasts; reading++)
        {
            TimeSpan left = (every * reading) - clock.Elapsed;
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            double minute = clock.Elapsed.TotalMinutes;
            watched.ForEach(one => one.Read(minute));
            report.Read(minute, watched[0].Id);
            string[] ask = $"{network.Before}curl -s -o /dev/null http://{SoakPlan.Page}/metrics".Split(' ', 2);
            using Process asking = Process.Start(ask[0], ask[1]);
            asking.WaitForExit();
            if (reading % 6 == 0)
            {
                Console.Error.WriteLine($"{minute:0.0} min: {watched.Count(static one => one.ExitCode == -1)} run, "
                    + $"{watched.Sum(static one => one.Readings[^1].ResidentBytes) >> 20} MiB");
            }
        }
    }
}

/// <summary>Loads that end by themselves, one after another until it is enough.</summary>
internal sealed class Again
{
    /// <summary>0: done; 1: nothing could connect just then, or less than half was answered.</summary>
    private static readonly int[] Expected = [0, 1];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Thread _thread;
    private volatile bool _isEnough;

    public Again(Func<string, Child> start)
    {
        _thread = new Thread(() => Repeat(start)) { IsBackground = true };
        _thread.Start();
    }

    public int Runs { get; private set; }

    /// <summary>Runs that did not end as documented, and why.</summary>
    public List<string> Bad { get; } = [];

    public void Stop()
    {
        _isEnough = true;
        _thread.Join();
    }

    private void Repeat(Func<string, Child> start)
    {
        for (int i = 0; !_isEnough; i++)
        {
            string line = SoakPlan.Again[i % SoakPlan.Again.Length];
            using Child child = start($"{line} -q --json");
            Task<string> output = child.Output.ReadToEndAsync();
            if (!child.Join(Patience))
            {
                Bad.Add($"{line}: did not end within {Patience.TotalMinutes} min");
                continue;
            }

            Runs++;
            if (!Expected.Contains(child.ExitCode) || !IsJson(output.Result))
            {
                Bad.Add($"{line}: exit code {child.ExitCode}, {output.Result.Length} letters, {child.LastError}");
            }
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
