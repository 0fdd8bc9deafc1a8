namespace Throng.Measurement;

/// <summary>Where in its life a connection was when it ended badly.</summary>
public enum LifePhase : byte
{
    /// <summary>Open, and nothing was owed to it.</summary>
    Open = 0,

    /// <summary>Its handshake was not done.</summary>
    Connect,

    /// <summary>TCP was established, its TLS handshake was not done.</summary>
    Tls,

    /// <summary>An answer was owed to it, of which nothing had come.</summary>
    Awaiting,

    /// <summary>A part of an answer had come.</summary>
    Answering,
}
