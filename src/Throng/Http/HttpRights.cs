using System.Net;
using System.Security.Cryptography;
using System.Text;
using Throng.Engine;

namespace Throng;

/// <summary>
/// Rules on who may ask over HTTP. The name that a browser was told must be one of this host's addresses, or a page
/// elsewhere whose name is pointed here (DNS rebinding) would be taken for ours; what changes the run must come from
/// our own page or from no page at all; and where there is a token, it is shown.
/// </summary>
/// <param name="host">Name or address that the run was told to answer at.</param>
/// <param name="token">Empty: none is needed.</param>
public sealed class HttpRights(string host, string token)
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    private readonly byte[] _token = Hash(token);

    /// <summary>Whether only this host can ask at an address.</summary>
    public static bool IsLocal(Endpoint endpoint) =>
        endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (endpoint.Address is { } address && IPAddress.IsLoopback(address));

    /// <summary>The refusal, or null for a request that may be answered.</summary>
    public HttpReply? Refuse(HttpQuestion question)
    {
        string asked = question.Header("Host");
        if (!IsOwnName(asked))
        {
            return HttpReply.Problem(
                421, "not this host's name", $"Host '{Text.Plain(asked)}' is neither an address nor {host}",
                "ask by address, such as http://127.0.0.1:7080/");
        }

        string origin = question.Header("Origin");
        if (question.Changes && origin.Length > 0
            && origin != $"http://{asked}" && origin != $"https://{asked}")
        {
            return HttpReply.Problem(
                403, "from another site", $"a page of '{Text.Plain(origin)}' asked to change the run",
                "use the run's own page, or a program");
        }

        if (question.Changes && question.Header("Sec-Fetch-Site") is "cross-site" or "same-site")
        {
            return HttpReply.Problem(
                403, "from another site", "a browser says that another site's page asked to change the run",
                "use the run's own page, or a program");
        }

        return token.Length == 0 || IsProbe(question) || Shows(question.Header("Authorization"))
            ? null
            : HttpReply.Problem(
                401, "no token", "Authorization does not carry the token of --http-token-file",
                "send Authorization: Bearer TOKEN; a browser asks for it as a password") with
            {
                Headers = [new("WWW-Authenticate", "Basic realm=\"throng\", charset=\"UTF-8\"")],
            };
    }

    /// <summary>Load balancers and kubelets carry no token, and learn one bit.</summary>
    private static bool IsProbe(HttpQuestion question) => question.Path is "/healthz" or "/readyz";

    private bool IsOwnName(string asked)
    {
        if (!Uri.TryCreate($"http://{asked}/", UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0)
        {
            return false;
        }

        string name = uri.DnsSafeHost;
        return IPAddress.TryParse(name, out _) || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    private bool Shows(string authorization)
    {
        string shown = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
                ? Password(authorization[Basic.Length..].Trim())
                : "";

        // Of hashes, so that not even the length shows in the time it takes.
        return CryptographicOperations.FixedTimeEquals(Hash(shown), _token);
    }

    private static string Password(string encoded)
    {
        Span<byte> plain = stackalloc byte[512];
        if (!Convert.TryFromBase64String(encoded, plain, out int bytes))
        {
            return "";
        }

        string both = Encoding.UTF8.GetString(plain[..bytes]);
        return both[(both.IndexOf(':') + 1)..];
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
