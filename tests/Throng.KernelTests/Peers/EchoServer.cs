namespace Throng.KernelTests;

/// <summary>`throng serve` in a process of its own, ready for connections.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly ThrongProcess _process;

    private EchoServer(ThrongProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

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
            using ControlClient control = ControlClient.To(path, process); // answers once it listens
            control.Ask("status");
            return new EchoServer(process, port);
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

    public void Dispose() => _process.Dispose();
}
