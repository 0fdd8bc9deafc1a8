using System.Text.Json;
using System.Text.Json.Nodes;

namespace Throng.Bench;

/// <summary>A process that runs from the soak's beginning to its end, and its figures at intervals.</summary>
internal sealed class Watched : IDisposable
{
    private readonly Child _child;
    private readonly Task<string> _output;

    public Watched(string name, string line, Child child)
    {
        Name = name;
        Line = line;
        _child = child;
        _output = child.Output.ReadToEndAsync();
    }

    public string Name { get; }

    /// <summary>The command line, without the program.</summary>
    public string Line { get; }

    public int Id => _child.Id;

    public List<Reading> Readings { get; } = [];

    public int ExitCode => _child.ExitCode;

    public string LastError => _child.LastError;

    /// <summary>The document that it ended with; null where there is none.</summary>
    public JsonNode? Document { get; private set; }

    /// <summary>Why there is no document, or nothing.</summary>
    public string Complaint { get; private set; } = "";

    /// <summary>Takes its figures, unless it has ended.</summary>
    public void Read(double minute)
    {
        if (!_child.HasExited)
        {
            Readings.Add(new Reading(
                minute,
                ProcessFigures.Bytes(Id, "VmRSS"),
                ProcessFigures.Descriptors(Id),
                Directory.GetDirectories($"/proc/{Id}/task").Length));
        }
    }

    /// <summary>Asks it to end in order.</summary>
    public void Terminate()
    {
        if (!_child.HasExited)
        {
            _child.Terminate();
        }
    }

    /// <summary>Waits for its end and reads its document.</summary>
    public void End()
    {
        Terminate();
        if (!_child.Join(TimeSpan.FromMinutes(1)))
        {
            Complaint = "it did not end within a minute";
            return;
        }

        try
        {
            string text = _output.Result;
            Document = text.Length > 0 ? JsonNode.Parse(text) : null;
        }
        catch (JsonException failure)
        {
            Complaint = failure.Message;
        }
    }

    public void Dispose() => _child.Dispose();
}

/// <summary>Figures of a process at a moment.</summary>
internal readonly record struct Reading(double Minute, long ResidentBytes, int Descriptors, int Threads);
