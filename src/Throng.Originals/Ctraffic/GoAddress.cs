namespace Throng.Originals;

/// <summary>host:port as Go's net package splits it.</summary>
public static class GoAddress
{
    /// <param name="error">Why it cannot be split; empty when it can.</param>
    public static bool TrySplit(string address, out string host, out string port, out string error)
    {
        host = "";
        port = "";
        int colon = address.LastIndexOf(':');
        int bracket = address.LastIndexOf(']');
        error = colon < 0 || (address.StartsWith('[') && bracket == address.Length - 1) ? "missing port in address"
            : address.StartsWith('[') && bracket < 0 ? "missing ']' in address"
            : address.StartsWith('[') && bracket != colon - 1 ? "too many colons in address"
            : !address.StartsWith('[') && address.IndexOf(':') != colon ? "too many colons in address"
            : "";
        if (error.Length > 0)
        {
            error = $"address {address}: {error}";
            return false;
        }

        host = address[..colon].Trim('[', ']');
        port = address[(colon + 1)..];
        return true;
    }
}
