using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Throng.Cluster;
using Throng.Engine;

namespace Throng;

/// <summary>
/// A part of a run as a process of its own: a plain `throng` with --share, that is talked to through its control
/// socket. It ends in order when this process is gone, and leaves its result.
/// </summary>
internal sealed class ChildJob
{
    /// <summary>Lines on stderr that are kept: why it failed stands in the last of them.</summary>
    private const int LinesMax = 5;

    private static readonly TimeSpan SocketMax = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take to answer at all: longer than a slow resolver, and all that it sets up.</summary>
    private static readonly TimeSpan UnansweredMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly BlockingCollection<(long Id, string Line)> _questions = [];
    private readonly Queue<string> _said = [];
    private readonly Process _process;
    private readonly string _socket;
    private readonly Action<JobEvent> _happened;
    private readonly Stopwatch _age = Stopwatch.StartNew();
    private bool _hasAnswered;
    private bool _isGivenUp;

    private ChildJob(JobId id, Process process, string socket, Action<JobEvent> happened)
    {
        (Id, _process, _socket, _happened) = (id, process, socket, happened);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        new Thread(Converse) { IsBackground = true, Name = "job" }.Start();
    }

    public JobId Id { get; }

    /// <param name="words">A command and its options; what belongs to one part is added.</param>
    /// <param name="happened">Called from another thread.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public static ChildJob Start(
        JobId id, IEnumerable<string> words, string socket, string result, Action<JobEvent> happened)
    {
        ProcessStartInfo start = OwnProgram.With(
            [
                .. words, $"--share={id.Part}", "--start-at=told", $"--control={socket}", $"--out={result}", "--quiet",
                "--plain", "--until-eof",
            ]);
        return new ChildJob(id, Process.Start(start)!, socket, happened);
    }

    public void Say(long id, string line)
    {
        try
        {
            _questions.Add((id, line));
        }
        catch (InvalidOperationException)
        {
            _happened(new JobSaid(id, Id, IsRefused: true, null));
        }
    }

    /// <summary>Says a line at its stdin, where nothing else that is asked of it stands before; its answer is dropped.
    /// </summary>
    public void Tell(string line)
    {
        try
        {
            _process.StandardInput.Write(line + '\n');
            _process.StandardInput.Flush();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ends, or has ended.
        }
    }

    /// <summary>Ends it in order: by its word, and should that not reach it, by the end of its pipe.</summary>
    public void End()
    {
        try
        {
            _process.StandardInput.Write("quit\n");
            _process.StandardInput.Close();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended already, or was told to.
        }
    }

    /// <summary>Hands its questions to its control socket, one after another, until it has ended.</summary>
    private void Converse()
    {
        while (!_process.HasExited)
        {
            if (_questions.TryTake(out (long Id, string Line) question, Look))
            {
                _happened(Ask(question.Id, question.Line));
            }
        }

        _process.WaitForExit(); // what it wrote on stderr is whole then
        _questions.CompleteAdding();
        foreach ((long id, _) in _questions.GetConsumingEnumerable())
        {
            _happened(new JobSaid(id, Id, IsRefused: true, null));
        }

        string said;
        lock (_said)
        {
            said = string.Join('\n', _said);
        }

        _happened(new JobEnded(Id, _process.ExitCode, said));
        _process.Dispose();
    }

    private JobSaid Ask(long id, string line)
    {
        Stopwatch waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Answer answer = ControlSocket.Ask(_socket, line);
                _hasAnswered = true;
                return new JobSaid(id, Id, answer.IsRefused, answer.Text);
            }
            catch (SetupException failure)
            {
                // It has not bound its socket yet, or has ended.
                if (_process.HasExited || waiting.Elapsed > SocketMax)
                {
                    EndUnreachable(failure);
                    return new JobSaid(id, Id, IsRefused: true, null);
                }

                Thread.Sleep(Look);
            }
        }
    }

    /// <summary>Ends one that has never answered: it would wait for ever to be told to begin.</summary>
    private void EndUnreachable(SetupException failure)
    {
        if (!_hasAnswered && !_isGivenUp && _age.Elapsed > UnansweredMax && !_process.HasExited)
        {
            _isGivenUp = true;
            Note($"has not answered its agent for {_age.Elapsed.TotalSeconds:F0} s: {failure.Message}");
            End();
        }
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            if (!string.IsNullOrEmpty(line))
            {
                _said.Enqueue(line);
                _ = _said.Count > LinesMax && _said.TryDequeue(out _);
            }
        }
    }
}
