using System.Security.Cryptography;

namespace Throng;

/// <summary>SHA-256 of a certificate, as <c>sha256:1f…</c>; the default is none.</summary>
public readonly record struct Fingerprint
{
    private const string Prefix = "sha256:";
    private const int Digits = 64;

    private readonly string? _hex;

    private Fingerprint(string hex) => _hex = hex;

    public bool IsNone => _hex is null;

    public static Fingerprint Of(byte[] certificate) =>
        new(Convert.ToHexStringLower(SHA256.HashData(certificate)));

    /// <summary>Reads what a run prints, and what openssl does: in pairs with colons between.</summary>
    public static bool TryParse(string text, out Fingerprint fingerprint, out string error)
    {
        string hex = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        hex = hex.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        bool isRead = hex.Length == Digits && hex.All(char.IsAsciiHexDigitLower);
        fingerprint = isRead ? new Fingerprint(hex) : default;
        error = isRead ? "" : "write the 64 hexadecimal digits that the run has printed";
        return isRead;
    }

    public override string ToString() => _hex is null ? "" : Prefix + _hex;
}
