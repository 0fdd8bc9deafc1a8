using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>
/// The file of `--failures`: a line of JSON for every connection that ended badly, as it becomes known. Lines go to a
/// file beside, which takes the name when the run has ended. After the first line that cannot be written no more are
/// tried: those are counted.
/// </summary>
public sealed class FailureFile : IFailureSink, IDisposable
{
    private const int FullBytes = 1 << 16;

    private readonly OutFile _place;
    private readonly FileStream _file;
    private readonly FailureLines _lines = new();
    private string _error = "";
    private long _wholeBytes;

    private FailureFile(OutFile place)
    {
        _place = place;
        _file = place.Begin();
    }

    public long NotTaken { get; private set; }

    /// <summary>The file that the options ask for; null for none.</summary>
    /// <exception cref="SetupException">Nothing can be written there.</exception>
    public static FailureFile? Open(Values values)
    {
        string path = values.Get(LoadOptions.Failures);
        if (path.Length == 0)
        {
            return null;
        }

        OutFile place = new(path, LoadOptions.Failures.Spelling);
        place.Check();
        if (Files.IsSpecial(path))
        {
            throw new SetupException(
                $"{LoadOptions.Failures.Spelling}: {path} is a device or a pipe, which may not take lines as fast as "
                    + "connections fail",
                "name a file; as it grows it is FILE.PID.part, which tail -f follows");
        }

        return new FailureFile(place);
    }

    public void Take(ConnectionFailure failure)
    {
        if (_error.Length > 0)
        {
            NotTaken++;
            return;
        }

        _lines.Add(failure);
        if (_lines.Bytes.Length >= FullBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        try
        {
            _file.Write(_lines.Bytes);
            _wholeBytes += _lines.Bytes.Length;
        }
        catch (IOException unwritten)
        {
            _error = Reason.Describe(unwritten);
            NotTaken += _lines.Count;
            CutToWholeLines();
        }

        _lines.Clear();
    }

    /// <summary>A part of what could not be written whole goes: it would end within a line.</summary>
    private void CutToWholeLines()
    {
        try
        {
            _file.SetLength(_wholeBytes);
        }
        catch (IOException)
        {
            // The error said is the first one.
        }
    }

    /// <summary>Gives the file its name; false with what went wrong. The run has ended.</summary>
    /// <param name="notWritten">Failures that are not in it.</param>
    public bool TryFinish(long notWritten, out string error)
    {
        if (!_place.TryFinish(_file, out error))
        {
            return false;
        }

        error = notWritten == 0 ? ""
            : $"{Units.Several(notWritten, "failures")} are not in {_place.Said}: "
                + (_error.Length > 0 ? _error : "they were too many at once");
        return error.Length == 0;
    }

    /// <summary>A file that was not finished goes.</summary>
    public void Dispose()
    {
        _place.Abandon(_file);
        _lines.Dispose();
    }
}
