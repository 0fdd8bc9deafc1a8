using Throng.Engine;

namespace Throng;

/// <summary>Options that every client of TLS takes, and the flag that serve has too.</summary>
public static class TlsOptions
{
    public static Option<bool> Tls { get; } = Declare.Flag(
        "tls", "TLS 1.2 or 1.3 on every connection (needs OpenSSL 3)");

    public static Option<bool> TlsVerify { get; } = Declare.Flag(
        "tls-verify", "accept a good certificate only, of the name asked for, or of the target's address");

    public static Option<string> TlsCa { get; } = Declare.File(
        "tls-ca", "certificates (PEM) of the authorities to trust with --tls-verify", shown: "the system's");

    public static Option<string> TlsName { get; } = new(ReadName, "", SharedOptions.ShowText)
    {
        Name = "tls-name", Argument = "NAME", Default = "the target's, if all have one and the same",
        Help = "server name to ask for (SNI), and to find in the certificate with --tls-verify",
    };

    /// <summary>Options of a client for encryption, as the help shows them.</summary>
    public static OptionGroup Group { get; } = new("Encryption", Tls, TlsVerify, TlsCa, TlsName);

    public static void Contradictions(Values values, Contradiction found, IReadOnlyList<Endpoint> targets)
    {
        bool hasTarget = targets.Count > 0;
        if (!values.Get(Tls) || !hasTarget)
        {
            found.NoEffect([TlsVerify, TlsCa, TlsName], values.Get(Tls)
                ? "has no effect without --target: the server is this run's own"
                : "has no effect without --tls");
        }

        if (values.Get(Tls) && hasTarget && !values.Get(TlsVerify))
        {
            found.NoEffect(TlsCa, "has no effect without --tls-verify");
        }

        if (values.Get(TlsVerify) && !values.Has(TlsName) && NameOf(targets).Length == 0
            && targets.Any(target => target.Address is null))
        {
            found.Add($"{values.Origin(TlsVerify)}: the targets have several names, and a certificate is checked for "
                + "one; give --tls-name, or run once for each");
        }
    }

    /// <summary>Demands on the other end of a TLS connection; null without TLS.</summary>
    /// <param name="targets">As they were typed.</param>
    public static TlsClientSpec? ToSpec(Values values, IReadOnlyList<Endpoint> targets) => !values.Get(Tls) ? null
        : new TlsClientSpec
        {
            ServerName = values.Has(TlsName) ? values.Get(TlsName) : NameOf(targets),
            Verifies = values.Get(TlsVerify),
            AuthoritiesFile = values.Get(TlsCa),
        };

    /// <summary>The name that all targets were typed with; none when they differ, or are addresses.</summary>
    private static string NameOf(IReadOnlyList<Endpoint> targets)
    {
        string[] hosts = [.. targets.Select(target => target.Address is null ? target.Host : "").Distinct()];
        return hosts is [string only] ? only : "";
    }

    private static bool ReadName(string text, out string value, out string error)
    {
        value = text;
        bool isName = text.Length is > 0 and <= 253
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
        error = isName ? "" : $"'{Text.Plain(text)}' is no host name";
        return isName;
    }
}
