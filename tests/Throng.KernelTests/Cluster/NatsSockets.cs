using System.Collections.Concurrent;
using System.Net.Sockets;
using NATS.Client.Core;

namespace Throng.KernelTests;

/// <summary>
/// Sockets of the network that the test runs in, for a library that opens them on the thread pool: a thread that the
/// test starts makes them.
/// </summary>
internal sealed class NatsSockets : INatsSocketConnectionFactory, IDisposable
{
    private readonly BlockingCollection<TaskCompletionSource<Socket>> _wanted = [];

    public NatsSockets()
    {
        Thread maker = new(() =>
        {
            foreach (TaskCompletionSource<Socket> wanted in _wanted.GetConsumingEnumerable())
            {
                wanted.SetResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            }
        })
        {
            IsBackground = true,
        };
        maker.Start();
    }

    public async ValueTask<INatsSocketConnection> ConnectAsync(
        Uri uri, NatsOpts opts, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Socket> wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _wanted.Add(wanted, cancellationToken);
        Socket socket = await wanted.Task;
        socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(uri.Host, uri.Port, cancellationToken);
            return new Stream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _wanted.CompleteAdding();

    private sealed class Stream(Socket socket) : INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket => socket;

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer, SocketFlags.None);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }
}
