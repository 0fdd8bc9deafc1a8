using System.Runtime.InteropServices;
using System.Text;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// TLS for a run: what all workers share and none changes. Made on the main thread before the group, because OpenSSL
/// opens files, and a worker may have a descriptor table of its own; lives as long as the process.
/// </summary>
public sealed unsafe class TlsSetup
{
    private TlsSetup(TlsContext? client, TlsContext? server, string serverName, bool expectsAddress)
    {
        Client = client;
        Server = server;
        ExpectsAddress = expectsAddress;
        if (serverName.Length > 0)
        {
            byte[] name = Encoding.ASCII.GetBytes(serverName);
            ServerName = (byte*)NativeMemory.AllocZeroed((nuint)name.Length + 1);
            name.CopyTo(new Span<byte>(ServerName, name.Length));
        }
    }

    internal TlsContext? Client { get; }

    internal TlsContext? Server { get; }

    /// <summary>The name clients ask for, with a zero at its end; null for none.</summary>
    internal byte* ServerName { get; }

    /// <summary>A certificate must have been given for the address of the one that shows it.</summary>
    internal bool ExpectsAddress { get; }

    /// <summary>Sets up the ends that are wanted; null for those that are not.</summary>
    /// <exception cref="SetupException">There is no OpenSSL here, or a file is not what it should be.</exception>
    public static TlsSetup Create(TlsClientSpec? client, TlsServerSpec? server)
    {
        Load();
        return new TlsSetup(
            client is null ? null : ClientContext(client),
            server is null ? null : ServerContext(server),
            client?.ServerName ?? "",
            client is { Verifies: true, ServerName: "" });
    }

    /// <summary>Loads OpenSSL.</summary>
    /// <exception cref="SetupException">It is not here.</exception>
    internal static void Load()
    {
        if (!OpenSsl.TryLoad())
        {
            throw Missing();
        }
    }

    internal static SetupException Missing() => new(
        "TLS needs OpenSSL 3 (libssl.so.3), which is not on this host",
        $"install it: apt-get install {OpenSsl.Package}");

    private static TlsContext ClientContext(TlsClientSpec client)
    {
        TlsContext context = Context(isServer: false);
        if (client.Verifies && !context.TryVerify(client.AuthoritiesFile))
        {
            throw Refused(
                client.AuthoritiesFile.Length == 0
                    ? "cannot read the system's certificates"
                    : $"cannot use {client.AuthoritiesFile} as certificates of authorities",
                "give a file in PEM: --tls-ca FILE");
        }

        return context;
    }

    private static TlsContext ServerContext(TlsServerSpec server)
    {
        TlsContext context = Context(isServer: true);
        if (server.CertificateFile.Length == 0)
        {
            return context.TryUse(server.Certificate, server.Key)
                ? context
                : throw Refused("cannot use the certificate made for this run", "give one: --tls-cert, --tls-key");
        }

        if (!context.TryUseCertificate(server.CertificateFile))
        {
            throw Refused($"cannot use {server.CertificateFile} as a certificate", "give a file in PEM: --tls-cert");
        }

        if (!context.TryUseKey(server.KeyFile))
        {
            throw Refused(
                $"cannot use {server.KeyFile} as the key of {server.CertificateFile}", "give a file in PEM: --tls-key");
        }

        return context;
    }

    private static TlsContext Context(bool isServer) => TlsContext.TryMake(isServer)
        ?? throw Refused("cannot set up TLS", "look at the settings of OpenSSL: openssl version -d");

    private static SetupException Refused(string what, string remedy) =>
        new($"{what}: {OpenSsl.Text(OpenSsl.TakeError(0))}", remedy);
}
