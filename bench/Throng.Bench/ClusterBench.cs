using System.Globalization;
using System.Text.Json;

namespace Throng.Bench;

/// <summary>
/// A controller with hundreds of agents at one NATS: its CPU, its memory, and how late its figures are. NATS and the
/// controller are real; the agents are simulated in one process (<see cref="ClusterAgents"/>).
/// </summary>
internal static class ClusterBench
{
    public static int Run(Settings settings)
    {
        int agents = settings.Number("agents", 500);
        TimeSpan length = settings.Seconds("for", 600);
        Report report = new($"{agents} agents on one NATS", settings);
        report.Line("`throng query --on` over simulated agents: each has a connection of its own to a real");
        report.Line("nats-server, and sends each second the figures of a real part with a minute of its series. All");
        report.Line("share the machine. *Late* is from the end of a second to the line of `--json-stream` that has");
        report.Line("it merged over all agents.");
        report.Line();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("throng-bench-");
        try
        {
            using Network network = new();
            Tell(report, Trial(settings, network, directory.FullName, agents, length));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        report.Write(settings.Text("result", "bench/results/cluster.md"));
        return 0;
    }

    private static Figures Trial(Settings settings, Network network, string directory, int agents, TimeSpan length)
    {
        string figures = Path.Combine(directory, "figures.json");
        File.WriteAllText(figures, FiguresOfAPart(settings, network));
        using Child nats = Child.Start(network.Before, settings, (
            "throng", $"cluster up --agents {agents} --dir {directory}/nats"));
        List<string> lines = [];
        while (lines.Count == 0 || !lines[^1].Contains("THRONG_CLUSTER=", StringComparison.Ordinal))
        {
            lines.Add(nats.Output.ReadLine() ?? throw new InvalidOperationException(nats.LastError));
        }

        string invitations = Path.Combine(directory, "invitations");
        File.WriteAllLines(invitations, lines);
        string controller = lines[^1].Split('=', 2)[1];
        using Child joined = Child.Start(network.Before, settings, (
            "", $"agents --invitations {invitations} --figures {figures} --version {Version(settings)}"));
        joined.AwaitLine(static line => line == "joined");
        string path = Control.NewPath();
        using Child run = Child.Start(network.Before, settings, (
            "throng",
            $"query 127.0.0.1:7 --protocol echo -c {agents * 10} --rate {agents * 100} --agents {agents} --force "
                + $"--on {controller} --wait 60s --control {path} -q --json-stream -"));
        try
        {
            return Watch(run, path, length);
        }
        finally
        {
            nats.Terminate(); // it ends its server
            nats.Join(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Figures that a part with the same share of such a load tells after a minute.</summary>
    private static string FiguresOfAPart(Settings settings, Network network)
    {
        string path = Control.NewPath();
        using Child part = Child.Start(network.Before, settings, (
            "throng", $"query --protocol echo -c 10 --rate 100 -q --control {path}"));
        using Control control = Control.To(path, part);
        Thread.Sleep(settings.Seconds("template", 61));
        return control.Ask("result 60");
    }

    private static string Version(Settings settings)
    {
        using Child version = Child.Start("", settings, ("throng", "--version"));
        return version.Output.ReadLine()!.Split(' ')[1];
    }

    private static Figures Watch(Child run, string path, TimeSpan length)
    {
        List<double> lateS = [];
        List<double> answered = [];
        List<(double AtS, double CpuS, double Mib)> samples = [];
        DateTimeOffset? began = null;
        while (run.Output.ReadLine() is { } line)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.GetProperty("event").GetString() != "interval")
            {
                continue;
            }

            began ??= now;
            lateS.Add((now - root.GetProperty("time").GetDateTimeOffset()).TotalSeconds);
            answered.Add(root.GetProperty("answered").GetDouble());
            samples.Add((
                (now - began.Value).TotalSeconds, ProcessFigures.OfAll(run.Id).TotalNs / 1e9,
                ProcessState.Of(run.Id).ResidentBytes / 1048576.0));
            if (now - began > length)
            {
                break;
            }
        }

        using (Control control = Control.To(path, run))
        {
            control.Ask("quit");
        }

        run.Output.ReadToEnd();
        run.Join(TimeSpan.FromSeconds(60));
        return new Figures(lateS, answered, samples, run.ExitCode);
    }

    private static void Tell(Report report, Figures figures)
    {
        string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        (double AtS, double CpuS, double Mib)[] all = [.. figures.Samples];
        double[] late = [.. figures.LateS.Order()];
        report.Head("", "");
        report.Row("lines of a second", Text(all.Length, "N0"));
        report.Row("answered in one, median", Text(Report.Median(figures.Answered), "N0"));
        report.Row("late, median", $"{Text(late[late.Length / 2], "0.00")} s");
        report.Row("late, 99 of 100", $"{Text(late[late.Length * 99 / 100], "0.00")} s");
        report.Row("late, most", $"{Text(late[^1], "0.00")} s");
        double cpus = (all[^1].CpuS - all[0].CpuS) / (all[^1].AtS - all[0].AtS);
        report.Row("CPU of the controller", $"{Text(cpus, "0.000")} of one");
        foreach (double share in (double[])[0.1, 0.25, 0.5, 0.75, 1])
        {
            (double atS, _, double mib) = all[(int)((all.Length - 1) * share)];
            report.Row($"memory after {Text(atS, "0")} s", $"{Text(mib, "0.0")} MiB");
        }

        report.Row("exit code", Text(figures.ExitCode, "0"));
    }

    private sealed record Figures(
        List<double> LateS, List<double> Answered, List<(double AtS, double CpuS, double Mib)> Samples, int ExitCode);
}
