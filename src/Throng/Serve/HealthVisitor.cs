using System.Diagnostics;
using System.Net.Sockets;

namespace Throng;

/// <summary>Whoever asks for readiness, from its connect to the close; nothing here waits for it.</summary>
internal sealed class HealthVisitor : IDisposable
{
    /// <summary>Read and dropped behind an answer, so that the close is no reset that overtakes it.</summary>
    private const int RestBytesMax = 64 * 1024;

    private readonly byte[] _request = new byte[HealthAnswer.RequestBytesMax];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _length;
    private int _rest;
    private bool _isAnswered;

    public HealthVisitor(Socket socket)
    {
        Socket = socket;
        socket.Blocking = false;
    }

    public Socket Socket { get; }

    public long AgeMs => _clock.ElapsedMilliseconds;

    public void Dispose() => Socket.Dispose();

    /// <summary>Takes what has come, and answers once the request is whole; false when nothing is left to do.</summary>
    public bool Read(bool isDraining)
    {
        try
        {
            return TryRead(isDraining);
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.WouldBlock; // else it went away
        }
    }

    private bool TryRead(bool isDraining)
    {
        int bytes = Socket.Receive(_isAnswered ? _request : _request.AsSpan(_length));
        if (bytes == 0)
        {
            return false; // the end, or a probe of the port alone
        }

        if (_isAnswered)
        {
            _rest += bytes;
            return _rest < RestBytesMax;
        }

        _length += bytes;
        if (HealthAnswer.To(_request.AsSpan(0, _length), isDraining) is { } answer)
        {
            _isAnswered = true;
            Socket.Send(answer); // a few hundred bytes: the socket takes them all
            Socket.Shutdown(SocketShutdown.Send);
        }

        return true;
    }
}
