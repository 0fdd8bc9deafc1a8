namespace Throng;

/// <summary>
/// The one list of commands. Dispatch, help, doctor, `as`, completion, manual pages, environment variables and the
/// tests read it; a new command is one line here.
/// </summary>
public static class Commands
{
    /// <summary>Commands that start a run. `doctor` examines their plans, and `as` starts them for other programs.
    /// </summary>
    public static IReadOnlyList<RunCommand> Runs { get; } =
    [
        new HoldCommand(), new QueryCommand(), new ChurnCommand(), new SaturateCommand(), new CapacityCommand(),
        new IdleCommand(), new MonitorCommand(), new BenchCommand(), new ServeCommand(),
    ];

    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        .. Runs, new DoctorCommand(), new ReportCommand(), new CompareCommand(), new MergeCommand(),
        new ExplainCommand(), new CtlCommand(), new LabCommand(), new AgentCommand(), new ClusterCommand(),
        new AsCommand(), new CompletionCommand(), new ManCommand(),
    ];

    /// <summary>The syntaxes of some commands, in their order.</summary>
    public static IReadOnlyList<CommandSyntax> SyntaxesOf(IEnumerable<Command> commands) =>
        [.. commands.Select(command => command.Syntax)];
}
