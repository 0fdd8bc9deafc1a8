using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// A file that is written as a run goes on, beside the place it gets when the run has ended. What cannot be written
/// whole is not in it, and after that nothing more is tried: a disk that is full ends no run.
/// </summary>
public sealed class GrowingFile : IDisposable
{
    private readonly OutFile _place;
    private readonly FileStream _file;
    private long _wholeBytes;

    private GrowingFile(OutFile place)
    {
        _place = place;
        _file = place.Begin();
    }

    /// <summary>Why nothing is written any more; empty while it is.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The option with its value.</summary>
    public string Said => _place.Said;

    /// <summary>The file that an option names; null for none.</summary>
    /// <param name="what">Things it takes, as they come: <c>lines as fast as connections fail</c>.</param>
    /// <exception cref="SetupException">Nothing can be written there.</exception>
    public static GrowingFile? Open(Values values, Option<string> option, string what)
    {
        string path = values.Get(option);
        if (path.Length == 0)
        {
            return null;
        }

        OutFile place = new(path, option.Spelling);
        place.Check();
        if (Files.IsSpecial(path))
        {
            throw new SetupException(
                $"{option.Spelling}: {path} is a device or a pipe, which may not take {what}",
                "name a file; as it grows it is FILE.PID.part, which tail -f follows");
        }

        return new GrowingFile(place);
    }

    /// <summary>Writes all of it, or nothing; false: nothing.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (Error.Length > 0)
        {
            return false;
        }

        try
        {
            _file.Write(bytes);
            _wholeBytes += bytes.Length;
            return true;
        }
        catch (IOException unwritten)
        {
            Error = Reason.Describe(unwritten);
            CutToWhole();
            return false;
        }
    }

    /// <summary>Gives the file its name; false with what went wrong.</summary>
    public bool TryFinish(out string error) => _place.TryFinish(_file, out error);

    /// <summary>A file that was not finished goes.</summary>
    public void Dispose() => _place.Abandon(_file);

    private void CutToWhole()
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
}
