using Microsoft.AspNetCore.Connections;

namespace Throng;

/// <summary>Counts clients, and marks those for whom there is no room.</summary>
internal sealed class HttpClients(int most)
{
    /// <summary>Item of a connection that is to be told that there is no room.</summary>
    public const string IsTooMany = "throng.too-many";

    private int _count;

    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _count) > most)
            {
                connection.Items[IsTooMany] = true;
            }

            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    };
}
