using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>How a command says that it did not come about: a line each on stderr, and with --json a document.</summary>
public sealed class Failure(Shell shell, string command, bool wantsJson)
{
    public int Usage(IReadOnlyList<string> errors) =>
        Say(errors, command == "throng" ? "throng help" : $"throng {command} --help", ExitCode.Usage);

    public int Setup(SetupException setup)
    {
        string what = setup.Errno == 0 ? setup.Message
            : setup.Message.EndsWith(Errno.Text(setup.Errno), StringComparison.Ordinal)
                ? $"{setup.Message} ({Errno.Name(setup.Errno)})"
                : $"{setup.Message}: {Errno.Text(setup.Errno)} ({Errno.Name(setup.Errno)})";
        string line = setup.Remedy.Length == 0 ? what : $"{what}; {setup.Remedy}";
        shell.Say(Letters.Plain($"{Prefix}: {line}"));
        WriteJson(what, setup.Remedy, ExitCode.Setup);
        return ExitCode.Setup;
    }

    /// <summary>Says the errors, one line each.</summary>
    public int Say(IReadOnlyList<string> errors, string remedy, int exitCode)
    {
        foreach (string error in errors)
        {
            shell.Say(Letters.Plain($"{Prefix}: {error}"));
        }

        WriteJson(string.Join("; ", errors), remedy, exitCode);
        return exitCode;
    }

    private string Prefix => command == "throng" ? "throng" : $"throng {command}";

    private void WriteJson(string what, string remedy, int exitCode)
    {
        if (!wantsJson)
        {
            return;
        }

        try
        {
            shell.Print(JsonReport.RenderFailure(Release.Tool, command, what, remedy, exitCode));
        }
        catch (IOException unwritten)
        {
            shell.Say($"{Prefix}: cannot write to standard output: {Reason.Describe(unwritten)}");
        }
    }
}
