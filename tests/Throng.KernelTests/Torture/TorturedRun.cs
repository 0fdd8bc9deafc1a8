using System.Text.Json;

namespace Throng.KernelTests;

/// <summary>One run of a scenario in which a call fails, and all that is wrong with how it went.</summary>
internal sealed class TorturedRun
{
    /// <summary>Longer than any of the runs takes that ends by itself, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _wrong = [];

    private TorturedRun(Scenario scenario, CallFault? fault)
    {
        Scenario = scenario;
        Fault = fault;
    }

    public Scenario Scenario { get; }

    public CallFault? Fault { get; }

    /// <summary>The exit code; -1 when it did not end.</summary>
    public int ExitCode { get; private set; } = -1;

    /// <summary>Calls by kind.</summary>
    public IReadOnlyDictionary<string, long> Calls { get; private set; } = new Dictionary<string, long>();

    /// <summary>How many calls were made to fail.</summary>
    public long Failed { get; private set; }

    /// <summary>Its document, where it has a result.</summary>
    public Document? Result { get; private set; }

    /// <summary>Everything that ought not to be; empty when all is in order.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>Carries it out in a network of its own. Needs root, gcc and the native program.</summary>
    public static TorturedRun Of(Scenario scenario, CallFault? fault)
    {
        TorturedRun run = new(scenario, fault);
        string folder = Directory.CreateTempSubdirectory("throng-torture-").FullName;
        try
        {
            run.CarryOut(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return run;
    }

    public override string ToString() =>
        $"{Scenario.Name}, {Fault?.ToString() ?? "no fault"}: exit {ExitCode}; {string.Join("; ", Wrong)}";

    private void CarryOut(string folder)
    {
        string files = Path.Combine(folder, "files");
        string temporary = Path.Combine(folder, "temporary");
        _ = Directory.CreateDirectory(files);
        _ = Directory.CreateDirectory(temporary);
        string[] arguments = Scenario.Arguments(files);
        Launch launch = new()
        {
            Before = $"unshare --net sh -c '{Shell().Replace("@/", files + "/", StringComparison.Ordinal)}' sh ",
            Environment = Shim.Environment(folder, Fault),
        };
        using ThrongProcess process = ThrongProcess.Start(launch, arguments);
        if (process.EndsWithin(Patience))
        {
            ExitCode = process.ExitCode;
            (Calls, Failed) = Shim.ReadReports(folder);
            Judge(process);
            CheckNothingIsLeft(files, temporary);
            JudgeBeside(files);
        }
        else
        {
            _wrong.Add($"does not end in {Patience.TotalSeconds} s");
            EndAll(process.Id);
        }

        if (_wrong.Count > 0)
        {
            _wrong.Add(process.Story());
        }
    }

    /// <summary>Brings the loopback up, starts who is beside it, and then the program in question. The shim leaves
    /// everything else alone that it is loaded into.</summary>
    private string Shell()
    {
        string beside = Scenario.Beside.Length == 0 ? ":" : $"throng {Scenario.Beside} 2>@/beside.err";
        string until = $"until {Scenario.Until}; do sleep 0.01; done;";
        string run = Scenario.IsAService
            ? $"\"$@\" & own=$!; {until} {beside}; echo $? >@/beside; kill $own; wait $own; code=$?;"
            : $"( {beside} ) & {until} \"$@\"; code=$?;";
        return $"throng=\"env -u LD_PRELOAD {ThrongProcess.ProgramPath}\";"
            + " throng() { $throng \"$@\" >/dev/null; };"
            + $" ip link set lo up; {Scenario.Before} {run} {Scenario.After} wait; exit $code";
    }

    private void Judge(ThrongProcess process)
    {
        string[] lines = process.Error.Lines();
        bool isCut = Fault?.Kind == "write" && Failed > 0; // nobody need have read what was written
        bool isDocumented = ExitCode is 0 or 1 or 3;
        Expect(isDocumented, $"exit {ExitCode} is none of 0, 1 and 3");
        bool isQuiet = !process.ErrorText.Contains("Unhandled", StringComparison.Ordinal)
            && !process.ErrorText.Contains("   at ", StringComparison.Ordinal);
        Expect(isQuiet, "an exception on stderr");
        bool isOneLine = lines.Length == 1 || (Scenario.IsText && lines.Length > 0); // one for each file
        Expect(ExitCode != 3 || isOneLine, $"{lines.Length} lines on stderr instead of one");
        Expect(ExitCode == 0 || lines.Length > 0 || isCut, "not a word on stderr");
        if (!isDocumented || isCut || Scenario.IsText)
        {
            return;
        }

        try
        {
            Document document = process.Document();
            if (document.Has("connections"))
            {
                Result = document.AddsUp();
            }
            else
            {
                Expect(document.Number("error.exit_code") == ExitCode, "no result and no error in the document");
            }
        }
        catch (Exception broken) when (broken is Xunit.Sdk.XunitException or JsonException or InvalidOperationException)
        {
            _wrong.Add(broken.Message);
        }
    }

    /// <summary>The other program is told what the processes die of that this one starts.</summary>
    private void JudgeBeside(string files)
    {
        if (Scenario.IsAService)
        {
            bool isServed = File.ReadAllText(Path.Combine(files, "beside")) == "0\n";
            Expect(isServed || Fault is not null, "was of no use to the program beside");
            string said = File.ReadAllText(Path.Combine(files, "beside.err"));
            Expect(!said.Contains("Unhandled", StringComparison.Ordinal), $"the program beside was told: {said}");
        }
    }

    private void CheckNothingIsLeft(string files, string temporary)
    {
        string[] left =
        [
            .. Directory.GetFileSystemEntries(temporary),
            .. Directory.GetFiles(files, "*.part*", SearchOption.AllDirectories),
            .. Directory.GetFiles(files, "*.sock", SearchOption.AllDirectories),
        ];
        Expect(left.Length == 0, $"left: {string.Join(", ", left.Select(Path.GetFileName))}");
        string[] running = [.. ProcessThreads.CommandLines().Where(
            line => line.Contains(files, StringComparison.Ordinal))];
        Expect(running.Length == 0, $"still running: {string.Join(", ", running)}");
    }

    /// <summary>Ends a process and those it has started.</summary>
    private static void EndAll(int process)
    {
        foreach (int child in ProcessThreads.ChildrenOf(process))
        {
            EndAll(child);
        }

        _ = ThrongProcess.kill(process, ThrongProcess.SIGKILL);
    }

    private void Expect(bool holds, string wrong)
    {
        if (!holds)
        {
            _wrong.Add(wrong);
        }
    }
}
