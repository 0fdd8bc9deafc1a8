using System.Text;
using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The proof that a command is one place: `chat` lies in this folder alone, nothing else names it, and with one line in
/// the list of commands the whole program knows it. A new command in `src` is the same files in `Throng.Engine/Chat`
/// and `Throng/Chat`, and that line.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ChatTests
{
    private const int CodeLinesMax = 140;

    [Fact]
    public void Chats_and_tells_of_it_as_every_command_does()
    {
        string[] words = ["chat", "20", "--every", "1ms", "--for", "500ms", "--keep-limits", "--json", "-q"];
        Assert.Equal(0, Run(out string text, words));
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        Assert.Equal("chat", root.GetProperty("command").GetString());
        Assert.Equal(1_000_000, root.GetProperty("options").GetProperty("every_ns").GetInt64());
        Assert.Equal(20, root.GetProperty("connections").GetProperty("held").GetInt64());
        JsonElement messages = root.GetProperty("messages");
        long answered = messages.GetProperty("answered").GetInt64();
        Assert.InRange(answered, 21, 10_000);
        Assert.Equal(messages.GetProperty("sent").GetInt64(), answered);
        Assert.Equal(answered, root.GetProperty("response_ns").GetProperty("count").GetInt64());
    }

    [Theory]
    [InlineData("throng chat [N] [options]", "chat", "--help")]
    [InlineData("\n  chat        say hello", "--help")]
    [InlineData("it fits", "doctor", "chat", "20")]
    [InlineData(" chat ", "completion", "bash")]
    [InlineData("say hello on N connections", "man", "chat")]
    public void Is_known_wherever_commands_are(string shown, params string[] words)
    {
        Assert.Equal(0, Run(out string text, words));
        Assert.Contains(shown, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_one_place()
    {
        string folder = Path.Combine(Repository(), "tests", "Throng.KernelTests", "Chat");
        int lines = Directory.GetFiles(folder, "Chat*.cs").Where(path => !path.EndsWith("Tests.cs"))
            .SelectMany(File.ReadLines).Count(IsCode);
        Assert.InRange(lines, 1, CodeLinesMax);
        IEnumerable<string> elsewhere = Directory.GetFiles(Repository(), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(folder, StringComparison.Ordinal) && !path.Contains("/obj/"));
        Assert.DoesNotContain(elsewhere, path => File.ReadLines(path).Any(line => line.Contains("ChatSpec")));
    }

    private static bool IsCode(string line) =>
        line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal);

    private static int Run(out string text, params string[] words)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        Shell shell = new() { Input = Stream.Null, Output = output, Error = error };
        int exitCode = CommandLine.Run(words, shell, Wiring.Real, [.. Commands.All, new ChatCommand()]);
        text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Equal("", error.ToString());
        return exitCode;
    }

    private static string Repository([System.Runtime.CompilerServices.CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", "..", ".."));
}
