using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Throng;

/// <summary>
/// Room for so many connections of Kestrel, those included that are only told that there is none: who comes on top
/// waits in the kernel. Kestrel itself accepts first and counts later, and a crowd would take the run's descriptors.
/// </summary>
internal sealed class HttpRoom(IConnectionListenerFactory transport, int most) : IConnectionListenerFactory
{
    private readonly SemaphoreSlim _free = new(most);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        new Listener(await transport.BindAsync(endpoint, cancellationToken), _free);

    private sealed class Listener(IConnectionListener listener, SemaphoreSlim free) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
        {
            try
            {
                await free.WaitAsync(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null; // the server ends
            }

            ConnectionContext? connection = null;
            try
            {
                connection = await listener.AcceptAsync(cancellationToken);
                return connection;
            }
            finally
            {
                if (connection is null)
                {
                    free.Release();
                }
                else
                {
                    connection.ConnectionClosed.Register(static room => ((SemaphoreSlim)room!).Release(), free);
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken)
        {
            await _unbound.CancelAsync();
            await listener.UnbindAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
