using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Throng.Cluster;

namespace Throng.Nats;

/// <summary>
/// Why connecting failed. The library tells most of it to its log alone, so this is that log, which keeps the last
/// failure.
/// </summary>
internal sealed class ConnectTrouble(BusSpec spec) : ILoggerFactory, ILogger
{
    private volatile Exception? _last;

    /// <summary>Called when a server refuses the credentials, at a reconnect too.</summary>
    public Action<string>? Refused { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one log.
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel < LogLevel.Warning || exception is null)
        {
            return;
        }

        _last = exception;
        if (Causes(exception).Any(IsRefusal))
        {
            Refused?.Invoke(Refusal.Message);
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>The failure as a line and a remedy.</summary>
    public BusException Explain(Exception failure)
    {
        BusException? known = Causes(failure).Concat(Causes(_last)).Select(Explained)
            .FirstOrDefault(one => one is not null);
        return known ?? new BusException($"cannot connect to {Servers}: {failure.Message}", "is that a NATS server?");
    }

    /// <summary>A server that asks nobody who he is.</summary>
    public BusException LetsAnybodyIn() => new(
        $"{Servers} lets anybody in",
        "give it credentials (throng cluster config prints a configuration), or say --insecure");

    private string Servers => string.Join(", ", spec.Servers.Select(BusSpec.WithoutSecrets));

    private BusException Refusal => new(
        $"{Servers} refuses these credentials", "check the user, its password or its key file");

    private BusException? Explained(Exception cause) => cause switch
    {
        BusException known => known,
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            new($"no address is known for {Servers}", "check the name, and the name server of this host"),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            new($"nobody listens at {Servers}", "start the message system: throng cluster up"),
        SocketException { SocketErrorCode: SocketError.TimedOut } => Silent(),
        SocketException other =>
            new($"cannot connect to {Servers}: {other.Message}", "check the address and the way to it"),
        NatsServerException refusal when IsRefusal(refusal) => Refusal,
        AuthenticationException => new(
            $"the certificate of {Servers} is not trusted", "give the certificate of who signed it"),
        TimeoutException or OperationCanceledException => Silent(),
        UriFormatException or ArgumentException =>
            new($"{Servers} is no address", "write nats://[USER:PASSWORD@]HOST[:PORT]"),
        _ => null,
    };

    private BusException Silent() => new(
        $"{Servers} does not answer", "check the address, and what lets connections through on the way");

    private static bool IsRefusal(Exception cause) => cause is NatsServerException { IsAuthError: true };

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
