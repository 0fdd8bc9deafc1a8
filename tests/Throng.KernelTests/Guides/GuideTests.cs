using System.Diagnostics;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The guides are scripts: the blocks of each are run in one shell, in a network of their own, and show what the guide
/// says. Numbers and times are masked. What a guide marks as parsed is for the tests without a network.
/// </summary>
public sealed class GuideTests
{
    private static readonly string Root = Guide.FindRoot();

    public static TheoryData<string> Files => [.. Guide.Paths(Root).Where(HasRunSteps)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Shows_what_it_says(string path)
    {
        Guide guide = Guide.Read(Root, path);
        GuideStep[] steps = [.. guide.Steps.Where(step => step.IsRun)];
        Needs.Root();
        foreach (string tool in ToolsOf(steps))
        {
            Needs.Tool(tool);
        }

        if (steps.Any(step => step.Command.Contains("throng cluster up", StringComparison.Ordinal)))
        {
            Needs.NatsServer();
        }

        using GuideSession session = new(steps);
        session.Run();
        for (int i = 0; i < steps.Length; i++)
        {
            string output = session.OutputOf(i);
            string story = $"{path}:{steps[i].Line}: $ {steps[i].Command}\n{output}";
            foreach (string missing in steps[i].Missing(output))
            {
                Assert.Fail($"{story}\nhas no:{missing}");
            }

            bool isAsked = i + 1 < steps.Length && steps[i + 1].Command == "echo $?";
            Assert.True(isAsked || session.ExitCodeOf(i) == 0, $"exit code {session.ExitCodeOf(i)}: {story}");
        }
    }

    private static bool HasRunSteps(string path) => Guide.Read(Root, path).Steps.Any(step => step.IsRun);

    // Programs beside throng that a script begins a line with, and that not every host has.
    private static IEnumerable<string> ToolsOf(IEnumerable<GuideStep> steps) => steps
        .SelectMany(step => step.Command.Split(['|', ';', '&'], StringSplitOptions.TrimEntries))
        .Select(part => part.Split(' ')[0])
        .Where(word => word is "ip" or "nft" or "jq" or "ss" or "unbound" or "unbound-control" or "haproxy" or "nstat")
        .Distinct();
}

/// <summary>One shell that runs the steps of a guide, in a folder of its own, with the program on its path.</summary>
internal sealed class GuideSession(IReadOnlyList<GuideStep> steps) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("throng-guide-").FullName;

    public void Run()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "home"));
        File.CreateSymbolicLink(Path.Combine(bin, "throng"), ThrongProcess.ProgramPath);
        File.WriteAllText(Path.Combine(_folder, "script"), Script());
        ProcessStartInfo start = new("/bin/bash", [Path.Combine(_folder, "script")])
        {
            WorkingDirectory = Path.Combine(_folder, "home"),
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["GUIDE"] = _folder;
        using Process shell = Process.Start(start)!;
        shell.StandardInput.Close();
        if (!shell.WaitForExit(Eventually.Patience))
        {
            shell.Kill(entireProcessTree: true);
            shell.WaitForExit();
            throw new TimeoutException($"did not end in {Eventually.Patience}: {OutputOf(Reached())}");
        }
    }

    public string OutputOf(int step) => File.Exists(Of("out", step)) ? File.ReadAllText(Of("out", step)) : "";

    public int ExitCodeOf(int step) => int.Parse(File.ReadAllText(Of("code", step)), null);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Of(string kind, int step) => Path.Combine(_folder, $"{kind}.{step}");

    private int Reached() =>
        Math.Max(0, Enumerable.Range(0, steps.Count).Count(step => File.Exists(Of("out", step))) - 1);

    // A step sees the exit code of the one before. What runs in the background has said something before the next step
    // begins, and is ended with the script.
    private string Script()
    {
        StringBuilder script = new("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n");
        for (int i = 0; i < steps.Count; i++)
        {
            script.Append($"{{ {steps[i].Command}\n}} >\"$GUIDE/out.{i}\" 2>&1\n");
            script.Append($"code=$?; echo $code >\"$GUIDE/code.{i}\"\n");
            if (steps[i].IsInBackground)
            {
                script.Append($"for _ in {{1..10}}; do [[ -s $GUIDE/out.{i} ]] && break; sleep 0.1; done\n");
            }

            script.Append("(exit $code)\n");
        }

        return script.ToString();
    }
}
