using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// The file of `--failures`: a line of JSON for every connection that ended badly, as it becomes known. After the first
/// lines that cannot be written no more are tried: those are counted.
/// </summary>
public sealed class FailureFile : IFailureSink, IDisposable
{
    private const int FullBytes = 1 << 16;

    private readonly GrowingFile _file;
    private readonly FailureLines _lines = new();

    private FailureFile(GrowingFile file) => _file = file;

    public long NotTaken { get; private set; }

    /// <summary>The file that the options ask for; null for none.</summary>
    /// <exception cref="SetupException">Nothing can be written there.</exception>
    public static FailureFile? Open(Values values) =>
        GrowingFile.Open(values, LoadOptions.Failures, "lines as fast as connections fail") is { } file
            ? new FailureFile(file)
            : null;

    public void Take(ConnectionFailure failure)
    {
        _lines.Add(failure);
        if (_lines.Bytes.Length >= FullBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (!_file.TryWrite(_lines.Bytes))
        {
            NotTaken += _lines.Count;
        }

        _lines.Clear();
    }

    /// <summary>Gives the file its name; false with what went wrong. The run has ended.</summary>
    /// <param name="notWritten">Failures that are not in it.</param>
    public bool TryFinish(long notWritten, out string error)
    {
        if (!_file.TryFinish(out error))
        {
            return false;
        }

        error = notWritten == 0 ? ""
            : $"{Units.Several(notWritten, "failures")} are not in {_file.Said}: "
                + (_file.Error.Length > 0 ? _file.Error : "they were too many at once");
        return error.Length == 0;
    }

    /// <summary>A file that was not finished goes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _lines.Dispose();
    }
}
