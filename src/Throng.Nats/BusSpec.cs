using NATS.Client.Core;

namespace Throng.Nats;

/// <summary>How one participant reaches the message system, and what it wants of it.</summary>
public sealed record BusSpec
{
    /// <summary>Addresses of the nodes: nats://[USER:PASSWORD@]HOST[:PORT], or tls://. Any of them will do.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>
    /// Name of the participant, of letters, digits, - and _. What it asks for is answered at _INBOX_NAME.>, so that the
    /// rights of one participant do not let it read what another one is answered.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>File with a token and a key (.creds); null: none.</summary>
    public string? CredentialsPath { get; init; }

    /// <summary>File with the secret key of a user (nkey); null: none.</summary>
    public string? NkeyPath { get; init; }

    /// <summary>Certificates (PEM) to trust instead of the host's; null: those of the host.</summary>
    public string? CaPath { get; init; }

    /// <summary>Certificate (PEM) to show, with <see cref="KeyPath"/>; null: none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>Key (PEM) of <see cref="CertificatePath"/>.</summary>
    public string? KeyPath { get; init; }

    /// <summary>A server that lets anybody in will do.</summary>
    public bool Insecure { get; init; }

    /// <summary>Subjects to listen at.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>
    /// Subjects to receive figures at, on a connection of their own: many of them do not hold up anything else.
    /// </summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>This participant makes the buckets that are not there, and makes them again after a restart.</summary>
    public bool MakesBuckets { get; init; }

    /// <summary>Where the connections come from; null: from the operating system. For tests.</summary>
    internal INatsSocketConnectionFactory? Sockets { get; init; }

    /// <summary>Whether a name can stand in a subject and be a key.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <exception cref="BusException">It cannot be used, and why.</exception>
    internal void Check()
    {
        if (!IsName(Name))
        {
            throw new BusException($"'{Name}' is no name for a participant", "use letters, digits, - and _");
        }

        if (Servers.Count == 0)
        {
            throw new BusException("no server of the message system is given", "give one: nats://HOST:4222");
        }

        foreach (string? path in (string?[])[CredentialsPath, NkeyPath, CaPath, CertificatePath, KeyPath])
        {
            if (path is not null && !File.Exists(path))
            {
                throw new BusException($"there is no file {path}", "check its name, and who may read it");
            }
        }

        if ((CertificatePath is null) != (KeyPath is null))
        {
            throw new BusException("a certificate needs its key, and a key its certificate", "give both");
        }
    }

    /// <summary>An address without user and password.</summary>
    public static string WithoutSecrets(string server)
    {
        int at = server.LastIndexOf('@');
        int scheme = server.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? server : string.Concat(server.AsSpan(0, scheme < 0 ? 0 : scheme + 3), server.AsSpan(at + 1));
    }
}
