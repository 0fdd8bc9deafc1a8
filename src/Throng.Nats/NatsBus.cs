namespace Throng.Nats;

/// <summary>The message system over NATS with JetStream.</summary>
public sealed class NatsBus;
