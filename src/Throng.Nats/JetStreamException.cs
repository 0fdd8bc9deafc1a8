using System.Text.Json;
using NATS.Client.Core;

namespace Throng.Nats;

/// <summary>A request that the server refuses, with its number for why.</summary>
internal sealed class JetStreamException(JsonElement error)
    : NatsException(
        error.Has("description", JsonValueKind.String, out JsonElement text) ? text.GetString()! : "refused")
{
    /// <summary>The stream has no such message.</summary>
    public const int NoMessage = 10037;

    /// <summary>A stream of this name is there, kept otherwise.</summary>
    public const int OtherConfiguration = 10058;

    public int Number { get; } = error.Has("err_code", JsonValueKind.Number, out JsonElement number)
        && number.TryGetInt32(out int value) ? value : 0;

    /// <summary>The server, or this account, has no JetStream.</summary>
    public bool IsWithoutJetStream => Number is 10039 or 10076;

    /// <summary>More copies are wanted than there are nodes for.</summary>
    public bool IsTooFewNodes => Number is 10005 or 10074;

    /// <summary>Another revision is there.</summary>
    public bool IsConflict => Number is 10071 or 10164;

    /// <summary>There is no room, and trying again does not make any.</summary>
    public bool IsFull => Number is 10023 or 10028 or 10047 or 10054 or 10077 or 10122;
}
