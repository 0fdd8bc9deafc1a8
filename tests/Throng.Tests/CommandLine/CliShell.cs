using System.Text;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The program with its streams in memory and its runs made up: a command line in, a transcript out.</summary>
public sealed class CliShell
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    public Dictionary<string, string> Environment { get; } = [];

    public Stream Input { get; set; } = Stream.Null;

    public bool IsTerminal { get; set; }

    /// <summary>The run that hold and serve start.</summary>
    public CliRun Live { get; } = new();

    /// <summary>The host that doctor and a dry run look at.</summary>
    public HostFacts Host { get; set; } = RecordedHost.Big;

    public HoldSpec? Hold { get; private set; }
    public QuerySpec? Query { get; private set; }

    public ChurnSpec? Churn { get; private set; }

    public SaturateSpec? Saturate { get; private set; }

    public MonitorSpec? Monitoring { get; private set; }

    public BurstSpec? Bench { get; private set; }

    public ServeSpec? Serve { get; private set; }

    public SetupException? FailsToStart { get; set; }

    public string Out => Encoding.UTF8.GetString(_output.ToArray());

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public int Run(params string[] words)
    {
        Shell shell = new()
        {
            Input = Input,
            Output = _output,
            Error = TextWriter.Synchronized(_error),
            IsInputTerminal = IsTerminal,
            IsOutputTerminal = IsTerminal,
            Environment = Environment,
        };
        return CommandLine.Run(words, shell, new Wiring(
            StartHold,
            StartQuery,
            StartChurn,
            StartSaturate,
            StartMonitor,
            StartBench,
            StartServe,
            (hold, run) => Preflight.OfLoad(hold, run, Host),
            (serve, run) => Preflight.OfServe(serve, run, Host),
            () => Preflight.OfHost(Host)));
    }

    private CliRun StartHold(HoldSpec hold, RunSpec run)
    {
        Hold = hold;
        return Start(run, "hold");
    }

    private CliRun StartMonitor(MonitorSpec monitor, RunSpec run)
    {
        Monitoring = monitor;
        Live.IsOver = true;
        return Start(run, "monitor");
    }

    private CliRun StartBench(BurstSpec bench, RunSpec run)
    {
        Bench = bench;
        Live.IsOver = true;
        return Start(run, "bench");
    }

    private CliRun StartSaturate(SaturateSpec saturate, RunSpec run)
    {
        Saturate = saturate;
        Live.IsOver = true;
        return Start(run, "saturate");
    }

    private CliRun StartChurn(ChurnSpec churn, RunSpec run)
    {
        Churn = churn;
        Live.HasRate = true;
        Live.IsOver = true;
        return Start(run, "churn");
    }

    private CliRun StartQuery(QuerySpec query, RunSpec run)
    {
        Query = query;
        Live.HasRate = true;
        return Start(run, "query");
    }

    private CliRun StartServe(ServeSpec serve, RunSpec run)
    {
        Serve = serve;
        return Start(run, "serve");
    }

    private CliRun Start(RunSpec run, string command)
    {
        Assert.Equal(command, run.Command);
        Live.Spec = run;
        return FailsToStart is null ? Live : throw FailsToStart;
    }
}
