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

    /// <summary>Specification that the last run was given.</summary>
    private object? _spec;

    public HoldSpec? Hold => _spec as HoldSpec;

    public QuerySpec? Query => _spec as QuerySpec;

    public ChurnSpec? Churn => _spec as ChurnSpec;

    public SaturateSpec? Saturate => _spec as SaturateSpec;

    public MonitorSpec? Monitoring => _spec as MonitorSpec;

    public BenchSpec? Bench => _spec as BenchSpec;

    public ServeSpec? Serve => _spec as ServeSpec;

    /// <summary>The commands there are.</summary>
    public IReadOnlyList<Command> Commands { get; init; } = Throng.Commands.All;

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
        return CommandLine.Run(words, shell, new Wiring(Start, () => Host), Commands);
    }

    private CliRun Start(RunCommand command, object spec, RunSpec run)
    {
        Assert.Equal(command.Name, run.Command);
        _spec = spec;
        Live.HasRate = spec is QuerySpec or ChurnSpec;
        Live.IsOver |= spec is ChurnSpec or SaturateSpec or MonitorSpec or BenchSpec;
        Live.Spec = run;
        return FailsToStart is null ? Live : throw FailsToStart;
    }
}
