using NATS.Client.JetStream.Models;

namespace Throng.Nats;

/// <summary>Numbers of the server's errors that change what is done next.</summary>
internal static class ServerErrors
{
    /// <summary>A stream of this name is there, kept otherwise.</summary>
    public const int OtherConfiguration = 10058;

    /// <summary>The server, or this account, has no JetStream.</summary>
    public static bool IsWithoutJetStream(ApiError error) => error.ErrCode is 10039 or 10076;

    /// <summary>More copies are wanted than there are nodes for.</summary>
    public static bool IsTooFewNodes(ApiError error) => error.ErrCode is 10005 or 10074;

    /// <summary>Another revision is there.</summary>
    public static bool IsConflict(ApiError error) => error.ErrCode is 10071 or 10164;

    /// <summary>There is no room, and trying again does not make any.</summary>
    public static bool IsFull(ApiError error) => error.ErrCode is 10023 or 10028 or 10047 or 10054 or 10077 or 10122;
}
