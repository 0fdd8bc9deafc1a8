using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From why a connection ended to the outcome of the attempt.</summary>
internal static class LifeEnd
{
    /// <summary>Why an attempt came to nothing that the kernel, or a timer, ended.</summary>
    /// <param name="hasReply">A byte of the reply has come.</param>
    public static ChurnOutcome OutcomeOf(CloseReason reason, bool hasReply) => reason switch
    {
        CloseReason.Finished => ChurnOutcome.Ok,
        CloseReason.Refused => ChurnOutcome.Refused,
        CloseReason.Unreachable => ChurnOutcome.Unreachable,
        CloseReason.ConnectTimeout => ChurnOutcome.TimeoutConnect,
        CloseReason.TlsTimeout => ChurnOutcome.TimeoutTls,
        CloseReason.TimedOut or CloseReason.ReplyTimeout =>
            hasReply ? ChurnOutcome.TimeoutClose : ChurnOutcome.TimeoutReply,
        CloseReason.Reset => hasReply ? ChurnOutcome.ResetInReply : ChurnOutcome.ResetBeforeReply,
        CloseReason.PeerClosed => ChurnOutcome.Closed,
        CloseReason.InvalidReply => ChurnOutcome.Invalid,
        CloseReason.NoPort => ChurnOutcome.NoPort,
        CloseReason.NoDescriptor => ChurnOutcome.NoDescriptor,
        CloseReason.NoMemory => ChurnOutcome.NoMemory,
        CloseReason.NotPermitted => ChurnOutcome.NotPermitted,
        CloseReason.TlsFailed => ChurnOutcome.TlsFailed,
        CloseReason.Cancelled or CloseReason.Drained => ChurnOutcome.Cancelled,
        _ => ChurnOutcome.Other,
    };
}
