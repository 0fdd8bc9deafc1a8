namespace Throng.KernelTests;

/// <summary>`throng serve` in a process of its own, ready for connections.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly ThrongProcess _process;
    private readonly ControlClient _control;

    private EchoServer(ThrongProcess process, ControlClient control, int port)
    {
        _process = process;
        _control = control;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Connections that it has taken so far.</summary>
    public long Accepted => Result().Number("connections.opened");

    /// <summary>Bytes that it has read; it may be a second behind.</summary>
    public long BytesReceived => Result().Series("bytes_received").Sum();

    /// <param name="options">More options of `serve`.</param>
    public static EchoServer Start(string engine, params string[] options) =>
        StartAt(FreePort.One(), engine, options);

    /// <summary>
    /// At a port that a killed server has had: the kernel takes its rings down later than the process, and with them
    /// what listened.
    /// </summary>
    public static EchoServer StartAt(int port, string engine, params string[] options)
    {
        Eventually.Holds(() => FreePort.IsFree(port), () => $"somebody still listens on {port}");
        string path = ControlClient.NewPath();
        ThrongProcess process = ThrongProcess.Start(
            ["serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "-q", "--control", path, .. options]);
        try
        {
            ControlClient control = ControlClient.To(path, process); // answers once it listens
            control.Ask("status");
            return new EchoServer(process, control, port);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Stop() => _process.Signal(ThrongProcess.SIGSTOP);

    public void GoOn() => _process.Signal(ThrongProcess.SIGCONT);

    public void Kill()
    {
        _process.Signal(ThrongProcess.SIGKILL);
        _process.Ends(128 + ThrongProcess.SIGKILL);
    }

    public void Dispose()
    {
        _control.Dispose();
        _process.Dispose();
    }

    private Document Result() => new(_control.Ask("result"), _process.Story());
}
