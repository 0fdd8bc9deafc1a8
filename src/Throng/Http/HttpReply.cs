using System.Text;
using System.Text.Json;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>Answer to a request.</summary>
/// <param name="IsStream">The body is the stream of events, which has no end before the run's.</param>
public sealed record HttpReply(int Status, string ContentType, byte[] Body, bool IsStream = false)
{
    /// <summary>Headers beyond those that every answer has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static HttpReply Json(byte[] body, int status = 200) => new(status, "application/json", body);

    public static HttpReply Json(Section body, int status = 200) => Json(Render(body), status);

    public static HttpReply Text(int status, string text) =>
        new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>A refusal as RFC 9457 has it: what, why and what to do about it.</summary>
    public static HttpReply Problem(int status, string what, string why, string remedy) =>
        new(status, "application/problem+json", Render(new Section
        {
            ["title"] = what,
            ["status"] = status,
            ["detail"] = why,
            ["remedy"] = remedy,
        }));

    private static byte[] Render(Section body) => JsonReport.Render(body, default(JsonWriterOptions));
}
