namespace Throng;

/// <summary>Schemes before a HOST:PORT: <c>tcp://</c>, <c>udp://</c> and <c>tls://</c> say what a connection carries.
/// Those of protocols that are not spoken here are answered with what to write.</summary>
public static class EndpointScheme
{
    public const string Tcp = "tcp";
    public const string Udp = "udp";
    public const string Tls = "tls";

    private const string Mark = "://";

    /// <summary>Splits an endpoint as it was written.</summary>
    /// <param name="scheme">One of the three; empty when there is none.</param>
    /// <param name="rest">What stands behind it.</param>
    /// <param name="error">What to write instead.</param>
    public static bool TrySplit(string text, out string scheme, out string rest, out string error)
    {
        int mark = text.IndexOf(Mark, StringComparison.Ordinal);
        scheme = "";
        rest = text;
        error = "";
        if (mark < 0)
        {
            return true;
        }

        scheme = text[..mark].ToLowerInvariant();
        rest = text[(mark + Mark.Length)..];
        if (scheme is Tcp or Udp or Tls)
        {
            rest = rest.EndsWith('/') ? rest[..^1] : rest;
            return true;
        }

        int end = rest.AsSpan().IndexOfAny("/?#");
        string place = end < 0 ? rest : rest[..end];
        place = place[(place.IndexOf('@') + 1)..];
        bool hasPort = !place.EndsWith(']') && place.Contains(':');
        (string why, string instead, int port) = scheme switch
        {
            "http" or "ws" => ("throng does not speak HTTP", "", 80),
            "https" or "wss" => ("throng does not speak HTTP", Tls + Mark, 443),
            _ => ("a scheme is tcp, udp or tls", "", 0),
        };
        string written = instead + place + (hasPort || port == 0 ? "" : $":{port}");
        error = $"'{Text.Plain(text)}': {why}; write {Text.Plain(written)}";
        return false;
    }

    /// <summary>
    /// Sets the options that the schemes of a command's addresses mean. All addresses of a run are alike: one scheme,
    /// and no option that says otherwise.
    /// </summary>
    /// <param name="errors">Takes what contradicts, one line.</param>
    public static void Apply(CommandSyntax syntax, Values values, List<string> errors)
    {
        IReadOnlyList<Endpoint> endpoints = syntax.Address is { } address ? values.Get(address) : [];
        if (endpoints.FirstOrDefault(endpoint => endpoint.Scheme.Length > 0) is not { } first)
        {
            return;
        }

        string origin = $"{syntax.Address!.Spelling} {Written(first)}";
        if (endpoints.FirstOrDefault(endpoint => endpoint.Scheme != first.Scheme) is { } other)
        {
            errors.Add($"{origin} contradicts {syntax.Address.Spelling} {Written(other)}: all of a run are alike");
            return;
        }

        Option<bool>? tls = syntax.Options.Contains(TlsOptions.Tls) ? TlsOptions.Tls : null;
        Option<bool>? datagrams = syntax.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == "udp");
        Option<string>? transport = syntax.Options.OfType<Option<string>>()
            .FirstOrDefault(option => option.Name == "transport");
        bool isDatagram = first.Scheme == Udp;
        bool isTls = first.Scheme == Tls;
        string error = "";
        if (isDatagram && transport is null && datagrams is null)
        {
            error = $"{origin}: {syntax.Name} has no datagrams; throng query --transport udp and throng monitor --udp "
                + "send them";
        }
        else if (!isTls && tls is not null && values.Get(tls))
        {
            error = $"{origin} contradicts {values.Origin(tls)}";
        }
        else if (isTls && tls is not null)
        {
            _ = values.TryAdd(tls, true, "", origin, out error);
        }
        else if (tls is not null)
        {
            values.Settled.Add(tls);
        }

        // With tls:// the command itself says what contradicts TLS.
        if (error.Length == 0 && transport is not null && (!isTls || !values.Has(transport)))
        {
            _ = values.TryAdd(transport, isDatagram ? "udp" : "tcp", "", origin, out error);
        }
        else if (error.Length == 0 && datagrams is not null && (!isTls || !values.Has(datagrams)))
        {
            _ = values.TryAdd(datagrams, isDatagram, "", origin, out error);
        }

        if (error.Length > 0)
        {
            errors.Add(error);
        }
    }

    private static string Written(Endpoint endpoint) =>
        endpoint.Scheme.Length == 0 ? $"{endpoint}" : endpoint.Scheme + Mark + endpoint;
}
