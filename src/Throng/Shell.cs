using System.Collections;
using System.Text;
using Throng.Linux;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// Surroundings of the program as it sees them: three streams, whether they are terminals, and the environment.
/// </summary>
public sealed class Shell
{
    private const int ColumnsElsewhere = 80;
    private const int ColumnsMin = 40;
    private const int ColumnsMax = 120; // longer lines are hard to read

    private readonly Lock _outputLock = new();
    private readonly Lock _errorLock = new();

    public required Stream Input { get; init; }

    /// <summary>The result, as bytes.</summary>
    public required Stream Output { get; init; }

    /// <summary>Progress, complaints, traces.</summary>
    public required TextWriter Error { get; init; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>How long a line of text for people may be: the terminal's width, else 80 columns.</summary>
    public int Columns { get; init; } = ColumnsElsewhere;

    /// <summary>Whether --no-color was given.</summary>
    public bool IsColorless { get; set; }

    /// <summary>Whether a terminal may be written to in colours.</summary>
    public bool HasColor => !IsColorless && Environment.GetValueOrDefault("NO_COLOR", "").Length == 0;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public static Shell OfProcess()
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new Shell
        {
            Input = new StandardStream(0),
            Output = new StandardStream(1),
            Error = new StreamWriter(new StandardStream(2), new UTF8Encoding(false)) { AutoFlush = true },
            IsInputTerminal = !Console.IsInputRedirected && IsInForeground(),
            IsOutputTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Columns = !Console.IsOutputRedirected && Terminals.Size(1, out int columns, out _) >= 0 && columns > 0
                ? Math.Clamp(columns, ColumnsMin, ColumnsMax)
                : ColumnsElsewhere,
            Environment = environment,
        };
    }

    /// <summary>Text on standard output, at once, of letters that show themselves.</summary>
    public void Print(string text) => Print(Encoding.UTF8.GetBytes(Letters.Lines(text)));

    public void Print(ReadOnlySpan<byte> text)
    {
        lock (_outputLock)
        {
            Output.Write(text);
            Output.Flush();
        }
    }

    /// <summary>One line on standard error, of letters that show themselves. One that cannot be written (a full disk
    /// behind it) ends no run.</summary>
    public void Say(string line)
    {
        try
        {
            lock (_errorLock)
            {
                Error.Write(Letters.Lines(line) + "\n");
                Error.Flush();
            }
        }
        catch (IOException)
        {
        }
    }

    /// <summary>
    /// A job in the background that reads its terminal is stopped by the kernel (SIGTTIN), workers and all: then the
    /// terminal is as good as none. Fields 5 and 8 of /proc/self/stat: our process group, and the terminal's.
    /// </summary>
    private static bool IsInForeground()
    {
        try
        {
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[2] == fields[5];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
