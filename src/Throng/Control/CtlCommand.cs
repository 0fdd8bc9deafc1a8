using System.Text;
using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng ctl`: asks a run that listens on a control socket.</summary>
public sealed class CtlCommand() : Command(Options)
{
    private static Option<Fingerprint> Pinned { get; } = new(
        Fingerprint.TryParse, default, static (into, key, pinned) => into[key] = pinned.ToString())
    {
        Name = "fingerprint", Argument = "SHA256", Default = "none",
        Help = "of an https:// URL: take this certificate and no other",
    };

    private static CommandSyntax Options => new()
    {
        Name = "ctl",
        Operands = "PATH|URL COMMAND...",
        TakesWords = true,
        Summary = "send one command to a run that was started with --control PATH or --http",
        About =
        [
            "Prints the answer and ends with 0; with 1 when the run refused the command, with 3 when no run listens "
                + "at PATH. `throng ctl PATH help` lists the commands of that run. Options come before PATH. "
                + "A URL, such as http://127.0.0.1:7080, is that of a run with --http. Over https:// the certificate "
                + "is one that this host trusts, or the one that --fingerprint says: the run prints it at its start.",
        ],
        Examples =
        [
            new("throng ctl /run/throng.sock status", "what is held now"),
            new("throng ctl /run/throng.sock set 250k", "hold 250,000 from now on"),
            new("throng ctl /run/throng.sock list all", "every connection"),
            new("throng ctl http://127.0.0.1:7080 set 50k", "the same of a run with --http"),
        ],
        Groups =
        [
            new("What it prints", SharedOptions.Json),
            new("Over HTTP", HttpOptions.TokenFile, Pinned),
        ],
    };

    public override int Run(Invocation call)
    {
        List<string> words = call.Values.Words;
        List<string> errors = [.. call.Arguments.Errors];
        if (words.Count < 2 && errors.Count == 0)
        {
            errors.Add(words.Count == 0 ? "PATH and COMMAND are missing" : "COMMAND is missing; try status or help");
        }
        else if (!words.All(Letters.Shows))
        {
            errors.Add("a command is one line of plain text");
        }

        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        string command = string.Join(' ', words.Skip(1));
        Answer answer = HttpAsker.IsUrl(words[0])
            ? HttpAsker.Ask(words[0], command, HttpToken.Read(call.Values.Get(HttpOptions.TokenFile), makes: false),
                call.Values.Get(Pinned))
            : ControlSocket.Ask(words[0], command);
        if (call.Values.Get(SharedOptions.Json))
        {
            call.Shell.Print(Json(command, answer));
        }
        else if (answer.IsRefused)
        {
            call.Shell.Say($"throng ctl: {answer.Text}");
        }
        else
        {
            call.Shell.Print(answer.Text + "\n");
        }

        return answer.IsRefused ? ExitCode.NotDone : ExitCode.Done;
    }

    private static string Json(string command, Answer answer) => Encoding.UTF8.GetString(JsonReport.Render(
        new Section
        {
            ["schema"] = "throng.answer/1",
            ["command"] = command,
            ["ok"] = !answer.IsRefused,
            ["lines"] = Node.ListOf(answer.Text.Split('\n')),
        },
        default(JsonWriterOptions)));
}
