using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>A real terminal with a shell in it: tmux, with a server of its own that is ended with the test.</summary>
internal sealed class Pane : IDisposable
{
    private readonly string _server = $"throng-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("throng-pane");
    private int _files;

    public Pane(int columns, int rows)
    {
        Needs.Tool("tmux");
        Needs.Tool("stty");
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}",
            "env -u NO_COLOR LC_ALL=C.UTF-8 PS1='ready$ ' bash --norc --noprofile");
        Tmux("set", "-g", "status", "off");
        Resize(columns, rows);
        Await("ready$");
    }

    /// <summary>Content of the pane, without blanks at the right and empty rows below.</summary>
    public string Text => Tmux("capture-pane", "-p").TrimEnd();

    public string[] Rows => Text.Split('\n');

    public bool IsCursorVisible => Tmux("display", "-p", "#{cursor_flag}").Trim() == "1";

    public void Resize(int columns, int rows) => Tmux("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>Types a line and Enter.</summary>
    public void Type(string line)
    {
        Tmux("send-keys", "-l", line);
        Key("Enter");
    }

    /// <summary>A key as tmux names it, such as C-z.</summary>
    public void Key(string name) => Tmux("send-keys", name);

    public void Await(string text) => Eventually.Holds(
        () => Text.Contains(text, StringComparison.Ordinal), () => $"'{text}' in\n{Text}", everyMs: 20);

    /// <summary>Output of a command typed at the shell's prompt, such as <c>stty -a</c>.</summary>
    public string Ask(string command)
    {
        string path = NewPath();
        Type($"{command} >{path}.part; mv {path}.part {path}");
        return Read(path);
    }

    /// <summary>Starts a program from a script, so that no shell puts the terminal's settings back.</summary>
    /// <param name="settings">
    /// Waits for what <c>stty -a</c> says after the program's end: once it says what it said before, which somebody who
    /// cleans up behind the program may have to see to, or after a while.
    /// </param>
    /// <returns>Waits for the program's process and gives its number.</returns>
    public Func<int> Start(string command, out Func<string> settings)
    {
        string id = NewPath();
        string after = NewPath();
        string script = NewPath();
        File.WriteAllText(
            script,
            $$"""
            ulimit -c 0
            before=$(stty -a)
            sh -c 'echo $$ >{{id}}; exec {{command}}'
            tries=0
            while [ "$(stty -a)" != "$before" ] && [ $tries -lt 300 ]; do
                sleep 0.1
                tries=$((tries + 1))
            done
            stty -a >{{after}}.part
            mv {{after}}.part {{after}}

            """);
        Type($"clear; sh {script}");
        settings = () => Read(after);
        return () => int.Parse(Read(id), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Tmux("kill-server");
        _folder.Delete(recursive: true);
    }

    private string NewPath() => Path.Combine(_folder.FullName, $"{_files++}");

    private string Read(string path)
    {
        Eventually.Holds(() => File.Exists(path) && File.ReadAllText(path).Length > 0, () => Text);
        return File.ReadAllText(path);
    }

    private string Tmux(params string[] words)
    {
        ProcessStartInfo start = new("tmux") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])["-L", _server, .. words])
        {
            start.ArgumentList.Add(word);
        }

        using Process tmux = Process.Start(start)!;
        string text = tmux.StandardOutput.ReadToEnd();
        string error = tmux.StandardError.ReadToEnd();
        tmux.WaitForExit();
        Assert.True(tmux.ExitCode == 0, $"tmux {string.Join(' ', words)}: {error}");
        return text;
    }
}
