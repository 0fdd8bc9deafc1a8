using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Throng.Engine;

namespace Throng;

/// <summary>
/// One POST and its answer, on a socket of its own, encrypted where the URL says so. A client of HTTP would be a
/// megabyte of program for requests of a known kind.
/// </summary>
/// <param name="at">URL of whom to ask.</param>
/// <param name="pinned">Certificate that alone is taken; none: any that this host trusts.</param>
/// <param name="patience">Longest of the whole exchange, and so for whoever answers a byte at a time.</param>
/// <param name="answerBytesMax">Bytes of the longest answer that is taken.</param>
internal sealed class HttpExchange(Uri at, Fingerprint pinned, TimeSpan patience, int answerBytesMax)
{
    /// <summary>Sends a request.</summary>
    /// <param name="headers">Further ones, each with its line's end.</param>
    /// <param name="status">0 for something else than HTTP.</param>
    /// <returns>The body as it came, whatever the coding of its length.</returns>
    /// <exception cref="SocketException">Nobody answers.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    /// <exception cref="SetupException">No TLS, or a certificate that is not taken.</exception>
    public ReadOnlyMemory<byte> Post(
        string path, string contentType, string headers, ReadOnlySpan<byte> body, out int status)
    {
        byte[] received = Exchange(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {at.Authority}\r\nConnection: close\r\n{headers}"
            + $"Content-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"), body);
        return BodyOf(received, out status);
    }

    /// <summary>The body of an answer, and its status: 0 for something else than HTTP.</summary>
    internal static ReadOnlyMemory<byte> BodyOf(byte[] received, out int status)
    {
        int end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        string[] first = Encoding.ASCII.GetString(received, 0, Math.Max(0, end)).Split("\r\n")[0].Split(' ');
        bool isHttp = first.Length > 1 && first[0].StartsWith("HTTP/1.", StringComparison.Ordinal);
        status = isHttp && int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out int said)
            ? said : 0;
        return end < 0 ? default : received.AsMemory(end + 4);
    }

    private byte[] Exchange(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        bool isOver = false;
        using Timer end = new(_ =>
        {
            Volatile.Write(ref isOver, true);
            socket.Dispose(); // which ends what waits for it
        }, null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            return Exchange(socket, head, body);
        }
        catch (Exception failure) when (Volatile.Read(ref isOver)
            && failure is IOException or SocketException or ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private byte[] Exchange(Socket socket, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        socket.Connect(at.DnsSafeHost, at.Port);
        using Stream stream = Open(socket);
        stream.Write(head);
        stream.Write(body);
        using MemoryStream answer = new();
        byte[] buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is > 0 and var bytes)
        {
            if (answer.Length + bytes > answerBytesMax)
            {
                throw new SocketException((int)SocketError.MessageSize);
            }

            answer.Write(buffer, 0, bytes);
        }

        return answer.ToArray();
    }

    private Stream Open(Socket socket)
    {
        NetworkStream plain = new(socket);
        if (at.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        Fingerprint shown = default;
        SslStream encrypted = new(plain, leaveInnerStreamOpen: false, (_, certificate, _, errors) =>
        {
            shown = certificate is null ? default : Fingerprint.Of(certificate.GetRawCertData());
            return pinned.IsNone ? errors == SslPolicyErrors.None : shown == pinned;
        });
        try
        {
            encrypted.AuthenticateAsClient(at.DnsSafeHost);
            return encrypted;
        }
        catch (AuthenticationException)
        {
            encrypted.Dispose();
            throw Refusal(shown);
        }
    }

    private SetupException Refusal(Fingerprint shown) =>
        shown.IsNone
            ? new SetupException($"what listens at {at} does not speak TLS", "ask with http://, if the run says so")
            : pinned.IsNone
                ? new SetupException(
                    $"{at} shows a certificate that this host does not trust, {shown}",
                    "if the run has said this one at its start, --fingerprint takes it")
                : new SetupException(
                    $"{at} shows another certificate than --fingerprint says, {shown}",
                    "somebody else may answer there; the run says its own at its start");
}
