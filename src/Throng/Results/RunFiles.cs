using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>Saved runs by the names of their files; <c>-</c> is standard input. What cannot be read is kept as a line.
/// </summary>
public sealed class RunFiles(Shell shell)
{
    public const string Dash = "-";

    /// <summary>More than any run leaves: what is longer is something else, or never ends.</summary>
    private const int BytesMax = 256 << 20;

    private readonly List<string> _unread = [];

    /// <summary>Why a file was no result, one line each.</summary>
    public IReadOnlyList<string> Unread => _unread;

    /// <summary>Name of a run for text that people read.</summary>
    public static string NameOf(string file) => file == Dash
        ? "standard input"
        : Letters.Plain(file);

    /// <summary>Whether two names are of the same file.</summary>
    public static bool IsSame(string file, string other) =>
        file.Length > 0 && other.Length > 0 && !file.Contains('\0', StringComparison.Ordinal)
        && Path.GetFullPath(file) == Path.GetFullPath(other);

    /// <summary>Keeps why a file that could be read is of no use all the same.</summary>
    public void Refuse(string line) => _unread.Add(line);

    /// <summary>All of them; as many as could be read.</summary>
    public IReadOnlyList<NamedRun> Read(IEnumerable<string> files) =>
        [.. files.Select(file => Read(file) is { } run ? new NamedRun(NameOf(file), run) : null).OfType<NamedRun>()];

    /// <summary>One of them; null when it is no result.</summary>
    public RunDocument? Read(string file)
    {
        string name = NameOf(file);
        try
        {
            if (BytesOf(file) is not { } json)
            {
                _unread.Add($"{name}: longer than {Units.Bytes(BytesMax)}, which is no result; give what --out has "
                    + "written");
            }
            else if (RunReader.TryRead(json, out RunDocument? run, out ReadError? error))
            {
                return run;
            }
            else
            {
                _unread.Add($"{name}: {error.What}" + (error.Remedy.Length == 0 ? "" : $"; {error.Remedy}"));
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string reason = Directory.Exists(file) ? "it is a directory" : Reason.Describe(unread);
            _unread.Add($"{name}: cannot read it: {reason}");
        }

        return null;
    }

    // Null when there is more than a result may have.
    private ReadOnlyMemory<byte>? BytesOf(string file)
    {
        using MemoryStream bytes = new();
        using FileStream? opened = file == Dash ? null : File.OpenRead(file);
        Stream from = opened ?? shell.Input;
        byte[] chunk = new byte[64 << 10];
        for (int got; (got = from.Read(chunk)) > 0;)
        {
            if (bytes.Length + got > BytesMax)
            {
                return null;
            }

            bytes.Write(chunk, 0, got);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
