using System.Diagnostics;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>Completion scripts and manual pages come from the declarations of the commands.</summary>
public sealed class CliCompletion : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("throng ho", "hold")]
    [InlineData("throng --v", "--version")]
    [InlineData("throng hold --engi", "--engine")]
    [InlineData("throng hold --engine u", "uring")]
    [InlineData("throng hold --engine = e", "epoll")]
    [InlineData("throng hold --engine =", "auto uring epoll packet kernel xdp")]
    [InlineData("throng serve --mode ", "echo sink exchange stamp later")]
    [InlineData("throng serve --transport tcp+", "tcp+udp")]
    [InlineData(
        "throng hold --fail-on response.p9", "response.p90 response.p95 response.p99 response.p999 response.p9999")]
    [InlineData("throng explain connections.closed.res", "connections.closed.reset")]
    [InlineData("throng explain generator-", "generator-busy generator-late")]
    [InlineData("throng compare --mark", "--markdown")]
    [InlineData("throng report --analyze ho", "hosts")]
    [InlineData("throng report one", "one.json")]
    [InlineData("throng hold --out on", "one.json")]
    [InlineData("throng hold --for ", "")]
    [InlineData("throng completion f", "fish")]
    [InlineData("throng man sat", "saturate")]
    [InlineData("throng help mon", "monitor")]
    [InlineData("throng doctor hol", "hold")]
    [InlineData("throng doctor hold --connect-r", "--connect-rate")]
    [InlineData("throng doctor --rol", "--role")]
    public void Bash_completes(string line, string expected)
    {
        File.WriteAllText(Path.Combine(_directory, "one.json"), "");
        File.WriteAllText(Path.Combine(_directory, "script"), Out("completion", "bash"));
        string words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        const string Ask = "set -u; . ./script; COMP_WORDS=({0}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _throng; "
            + "echo \"${{COMPREPLY[*]}}\"";
        (int exitCode, string output) = Shell("bash", "-c", string.Format(null, Ask, words));
        Assert.Equal(expected + "\n", output);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("bash", "bash", "-n")]
    [InlineData("zsh", "zsh", "-n")]
    [InlineData("fish", "fish", "-n")]
    [InlineData("bash", "shellcheck", "-s", "bash")]
    public void A_script_passes_its_shell(string shell, params string[] check)
    {
        if (check[0] is "zsh" or "fish")
        {
            // Too large to be installed for one look.
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
            Needs.Case(folders.Any(folder => File.Exists(Path.Combine(folder, check[0]))), $"needs {check[0]}");
        }

        Needs.Tool(check[0]);
        string path = Path.Combine(_directory, "script");
        File.WriteAllText(path, Out("completion", shell));
        (int exitCode, string output) = Shell(check[0], [.. check[1..], path]);
        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void A_script_knows_every_option_of_every_command(string shell)
    {
        string script = Out("completion", shell);
        foreach (CommandSyntax command in Syntaxes())
        {
            Assert.Contains(command.Name, script, StringComparison.Ordinal);
            foreach (Option option in command.Shown)
            {
                string name = shell == "fish" ? $"-l {option.Name} " : option.Spelling;
                Assert.Contains(name, script + " ", StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_words_of_an_option_come_from_its_reading()
    {
        Assert.Equal(["echo", "sink", "exchange", "stamp", "later"], ServeOptions.Mode.Words);
        Assert.Contains("hosts", ReportOptions.Analyze.Words);
        Assert.Empty(SharedOptions.Out.Words);
    }

    [Fact]
    public void A_manual_page_is_printed_as_agreed() =>
        GoldenFile.Match("throng-compare.1", Out("man", "compare").Replace(
            $"throng {Release.Version}", "throng 0.1.0", StringComparison.Ordinal));

    [Fact]
    public void Every_page_names_all_there_is()
    {
        string overview = Out("man");
        foreach (CommandSyntax command in Syntaxes())
        {
            Assert.Contains($".B {command.Name}\n", overview, StringComparison.Ordinal);
            string page = Out("man", command.Name);
            Assert.All(page.Split('\n'), line => Assert.DoesNotMatch(@"^\.(?!TH |SH |SS |TP$|PP$|B |BR |I )", line));
            Assert.All(page, letter => Assert.True(letter is '\n' or (>= ' ' and <= '~'), $"{(int)letter}"));
            foreach (string spelling in command.Shown.SelectMany(option => option.Spellings))
            {
                string shown = spelling.Replace("-", "\\-", StringComparison.Ordinal);
                Assert.Contains($"\\fB{shown}\\fR", page, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Pages_are_set_without_a_warning()
    {
        Needs.Tool("groff");
        foreach (string[] words in Syntaxes().Select(command => new[] { "man", command.Name }).Prepend(["man"]))
        {
            string path = Path.Combine(_directory, "page.1");
            File.WriteAllText(path, Out(words));
            (int exitCode, string output) = Shell("groff", "-man", "-ww", "-Tutf8", "-z", path);
            Assert.Equal("", output);
            Assert.Equal(0, exitCode);
        }
    }

    [Theory]
    [InlineData("throng completion: the shell is missing; write bash, zsh or fish", "completion")]
    [InlineData("throng completion: 'bas' is none of bash, zsh, fish; did you mean bash?", "completion", "bas")]
    [InlineData("throng completion: one shell at a time", "completion", "bash", "zsh")]
    [InlineData("throng man: there is no command 'hodl'; did you mean hold?", "man", "hodl")]
    [InlineData("throng man: one COMMAND at a time", "man", "hold", "serve")]
    public void Bad_usage_is_one_line(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(words));
        Assert.Equal(error + "\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    private static IEnumerable<CommandSyntax> Syntaxes() => Commands.SyntaxesOf(Commands.All);

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        return shell.Out;
    }

    private (int ExitCode, string Output) Shell(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory,
        };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
