using System.Diagnostics;
using System.Globalization;

namespace Throng.Nats;

/// <summary>
/// Identity of the server of a folder, in a file: its process by number and by the moment the kernel started it. One
/// whose starter was killed is found again by it and ended; another process with that number by now is left alone. The
/// file is locked for as long as somebody looks after the server.
/// </summary>
internal sealed class ServerRecord : IDisposable
{
    private const string Name = "nats-server.process";
    private const int StartField = 19; // behind the name of the program, from 0: field 22 of proc(5)

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly FileStream _file;

    private ServerRecord(FileStream file) => _file = file;

    /// <summary>Takes the folder, and ends a server that was left in it.</summary>
    /// <exception cref="BusException">Somebody else looks after one, or nothing can be written there.</exception>
    public static ServerRecord Take(string folder)
    {
        FileStream file;
        try
        {
            file = new FileStream(
                Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BusException(
                $"{folder} cannot be taken: a server is looked after there, or it cannot be written to",
                "end that one, or choose another folder");
        }

        ServerRecord record = new(file);
        record.EndLeft();
        return record;
    }

    /// <summary>Writes down whose number it is, before anything more happens.</summary>
    public void Write(int processId)
    {
        _file.SetLength(0);
        _file.Write(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{processId} {StartOf(processId)}\n")));
        _file.Flush();
    }

    /// <summary>The server has ended.</summary>
    public void Forget()
    {
        if (_file.CanWrite)
        {
            _file.SetLength(0);
            _file.Dispose();
        }
    }

    public void Dispose() => _file.Dispose();

    private void EndLeft()
    {
        using StreamReader reader = new(_file, leaveOpen: true);
        string[] words = reader.ReadToEnd().Split(' ', '\n');
        if (words.Length < 2 || !int.TryParse(words[0], CultureInfo.InvariantCulture, out int processId)
            || words[1].Length == 0 || StartOf(processId) != words[1])
        {
            return;
        }

        try
        {
            using Process left = Process.GetProcessById(processId);
            left.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return; // it has just ended by itself
        }

        _ = SpinWait.SpinUntil(() => StartOf(processId) != words[1], EndLimit);
    }

    /// <summary>Moment of its start in ticks since the boot, as the kernel writes it; empty where there is none, or one
    /// that has ended and is only waited for.</summary>
    private static string StartOf(int processId)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? "" : fields[StartField];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
